"""The checks of chapter 08: stacks, dropout, both directions, and devices."""

from course_utils.checks.deep_rnns.bidirectional_rnn import check_bidirectional_rnn
from course_utils.checks.deep_rnns.dropout import check_dropout
from course_utils.checks.deep_rnns.dropout_wrapper import check_dropout_wrapper
from course_utils.checks.deep_rnns.earlier import own_or_course
from course_utils.checks.deep_rnns.multi_rnn_cell import check_multi_rnn_cell
from course_utils.checks.deep_rnns.place_on_devices import check_place_on_devices
from course_utils.checks.deep_rnns.reverse_sequence import check_reverse_sequence
from course_utils.checks.engine.check import load_exercises

__all__ = [
    "EXERCISES",
    "check_bidirectional_rnn",
    "check_dropout",
    "check_dropout_wrapper",
    "check_multi_rnn_cell",
    "check_place_on_devices",
    "check_reverse_sequence",
    "own_or_course",
]

EXERCISES = load_exercises("deep_rnns")
