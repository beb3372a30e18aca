"""The checks of chapter 08: stacks, dropout, both directions, and devices."""

from course_utils.checks.check import load_exercises
from course_utils.checks.directions import check_bidirectional_rnn, check_reverse_sequence
from course_utils.checks.dropping import check_dropout, check_dropout_wrapper
from course_utils.checks.placement import check_place_on_devices
from course_utils.checks.stacks import check_multi_rnn_cell

__all__ = [
    "EXERCISES",
    "check_bidirectional_rnn",
    "check_dropout",
    "check_dropout_wrapper",
    "check_multi_rnn_cell",
    "check_place_on_devices",
    "check_reverse_sequence",
]

EXERCISES = load_exercises("deep_rnns")
