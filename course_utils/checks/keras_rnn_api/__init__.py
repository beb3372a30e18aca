"""The checks of chapter 09: Keras's recurrent layers, their states, masks, cells and kernels."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.keras_rnn_api.build_classifier import check_build_classifier
from course_utils.checks.keras_rnn_api.earlier import own_or_course
from course_utils.checks.keras_rnn_api.encoder_decoder import check_encoder_decoder
from course_utils.checks.keras_rnn_api.fused_kernel import check_fused_kernel
from course_utils.checks.keras_rnn_api.nested_cell import check_nested_cell
from course_utils.checks.keras_rnn_api.predict_keras_shapes import check_predict_keras_shapes
from course_utils.checks.keras_rnn_api.stateful_chunks import check_stateful_chunks

__all__ = [
    "EXERCISES",
    "check_build_classifier",
    "check_encoder_decoder",
    "check_fused_kernel",
    "check_nested_cell",
    "check_predict_keras_shapes",
    "check_stateful_chunks",
    "own_or_course",
]

EXERCISES = load_exercises("keras_rnn_api")
