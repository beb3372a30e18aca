"""The checks of chapter 06: windows, projections, and a network that forecasts and invents."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.time_series.earlier import own_or_course
from course_utils.checks.time_series.generate_series import check_generate_series
from course_utils.checks.time_series.naive_forecast import check_naive_forecast
from course_utils.checks.time_series.next_batch import check_next_batch
from course_utils.checks.time_series.output_projection_wrapper import (
    check_output_projection_wrapper,
)
from course_utils.checks.time_series.project_outputs import check_project_outputs
from course_utils.checks.time_series.train_forecaster import check_train_forecaster

__all__ = [
    "EXERCISES",
    "check_generate_series",
    "check_naive_forecast",
    "check_next_batch",
    "check_output_projection_wrapper",
    "check_project_outputs",
    "check_train_forecaster",
    "own_or_course",
]

EXERCISES = load_exercises("time_series")
