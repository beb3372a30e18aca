"""The checks of chapter 01: shapes, parameters, one step, two steps, saturation, topologies."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.two_step_rnn.choose_topology import check_choose_topology
from course_utils.checks.two_step_rnn.earlier import own_or_course
from course_utils.checks.two_step_rnn.parameter_count import check_parameter_count
from course_utils.checks.two_step_rnn.predict_shapes import check_predict_shapes
from course_utils.checks.two_step_rnn.rnn_step import check_rnn_step
from course_utils.checks.two_step_rnn.saturation import check_saturation
from course_utils.checks.two_step_rnn.two_step_rnn import check_two_step_rnn

__all__ = [
    "EXERCISES",
    "check_choose_topology",
    "check_parameter_count",
    "check_predict_shapes",
    "check_rnn_step",
    "check_saturation",
    "check_two_step_rnn",
    "own_or_course",
]

EXERCISES = load_exercises("two_step_rnn")
