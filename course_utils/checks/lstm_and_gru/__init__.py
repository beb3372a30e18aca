"""The checks of chapter 07: steps of LSTMs and GRUs, their parameters, and the cell's path."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.lstm_and_gru.count_parameters import check_count_parameters
from course_utils.checks.lstm_and_gru.earlier import own_or_course
from course_utils.checks.lstm_and_gru.gradient_highway import check_gradient_highway
from course_utils.checks.lstm_and_gru.gru_reset_after import check_gru_reset_after
from course_utils.checks.lstm_and_gru.gru_step import check_gru_step
from course_utils.checks.lstm_and_gru.lstm_step import check_lstm_step
from course_utils.checks.lstm_and_gru.peephole_lstm_step import check_peephole_lstm_step

__all__ = [
    "EXERCISES",
    "check_count_parameters",
    "check_gradient_highway",
    "check_gru_reset_after",
    "check_gru_step",
    "check_lstm_step",
    "check_peephole_lstm_step",
    "own_or_course",
]

EXERCISES = load_exercises("lstm_and_gru")
