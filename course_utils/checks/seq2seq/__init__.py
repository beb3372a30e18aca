"""The checks of chapter 11: from sentences to arrays, the masked loss, the decoders."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.seq2seq.earlier import own_or_course
from course_utils.checks.seq2seq.encode_source import check_encode_source
from course_utils.checks.seq2seq.encoder_decoder_step import check_decode_train
from course_utils.checks.seq2seq.exact_match import check_exact_match
from course_utils.checks.seq2seq.greedy_decode import check_greedy_decode
from course_utils.checks.seq2seq.sequence_loss import check_sequence_loss
from course_utils.checks.seq2seq.shift_targets import check_shift_targets

__all__ = [
    "EXERCISES",
    "check_decode_train",
    "check_encode_source",
    "check_exact_match",
    "check_greedy_decode",
    "check_sequence_loss",
    "check_shift_targets",
    "own_or_course",
]

EXERCISES = load_exercises("seq2seq")
