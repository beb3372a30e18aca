"""The checks of chapter 05: two heads, a loss and an error over real steps, and two networks."""

from course_utils.checks.classification_and_labelling.classification_head import (
    check_classification_head,
)
from course_utils.checks.classification_and_labelling.earlier import own_or_course
from course_utils.checks.classification_and_labelling.labelling_head import check_labelling_head
from course_utils.checks.classification_and_labelling.masked_cross_entropy import (
    check_masked_cross_entropy,
)
from course_utils.checks.classification_and_labelling.masked_error import check_masked_error
from course_utils.checks.classification_and_labelling.mnist_rows import check_mnist_rows
from course_utils.checks.classification_and_labelling.word_segmentation import (
    check_word_segmentation,
)
from course_utils.checks.engine.check import load_exercises

__all__ = [
    "EXERCISES",
    "check_classification_head",
    "check_labelling_head",
    "check_masked_cross_entropy",
    "check_masked_error",
    "check_mnist_rows",
    "check_word_segmentation",
    "own_or_course",
]

EXERCISES = load_exercises("classification_and_labelling")
