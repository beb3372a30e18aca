"""The check of chapter 00's worked exercise, which earns no points."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.start_here.mean_square import check_mean_square

__all__ = [
    "EXERCISES",
    "check_mean_square",
]

EXERCISES = load_exercises("start_here")
