"""The checks of chapter 04: the binary task, its windows, and gradients whole and truncated."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.truncated_bptt.bptt_batches import check_bptt_batches
from course_utils.checks.truncated_bptt.bptt_by_hand import check_bptt_by_hand
from course_utils.checks.truncated_bptt.clip_gradients import check_clip_gradients
from course_utils.checks.truncated_bptt.earlier import own_or_course
from course_utils.checks.truncated_bptt.expected_loss import check_expected_loss
from course_utils.checks.truncated_bptt.generate_data import check_generate_data
from course_utils.checks.truncated_bptt.gradient_reach import check_gradient_reach
from course_utils.checks.truncated_bptt.jacobian_norms import check_jacobian_norms
from course_utils.checks.truncated_bptt.truncated_gradients import check_truncated_gradients

__all__ = [
    "EXERCISES",
    "check_bptt_batches",
    "check_bptt_by_hand",
    "check_clip_gradients",
    "check_expected_loss",
    "check_generate_data",
    "check_gradient_reach",
    "check_jacobian_norms",
    "check_truncated_gradients",
    "own_or_course",
]

EXERCISES = load_exercises("truncated_bptt")
