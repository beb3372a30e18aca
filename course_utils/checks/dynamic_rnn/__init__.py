"""The checks of chapter 03: the loop in the graph, lengths, padding, and counting ones."""

from course_utils.checks.dynamic_rnn.count_ones import check_count_ones
from course_utils.checks.dynamic_rnn.dynamic_rnn import check_dynamic_rnn
from course_utils.checks.dynamic_rnn.earlier import own_or_course
from course_utils.checks.dynamic_rnn.fix_the_loop import check_fix_the_loop
from course_utils.checks.dynamic_rnn.last_output import check_last_output
from course_utils.checks.dynamic_rnn.pad_batch import check_pad_batch
from course_utils.checks.dynamic_rnn.sequence_lengths import check_sequence_lengths
from course_utils.checks.engine.check import load_exercises

__all__ = [
    "EXERCISES",
    "check_count_ones",
    "check_dynamic_rnn",
    "check_fix_the_loop",
    "check_last_output",
    "check_pad_batch",
    "check_sequence_lengths",
    "own_or_course",
]

EXERCISES = load_exercises("dynamic_rnn")
