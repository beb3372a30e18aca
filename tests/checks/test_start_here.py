"""The worked exercise of chapter 00: its check tells right from wrong and names the mistakes."""

import numpy as np
import pytest

from course_utils.checks.start_here import EXERCISES, check_mean_square

RIGHT = [
    lambda errors: np.mean(np.square(errors)),
    lambda errors: sum(float(e) * float(e) for e in errors) / len(errors),
]
WRONG = {
    "square-of-mean": lambda errors: np.mean(errors) ** 2,
    "sum-for-mean": lambda errors: np.sum(np.square(errors)),
}


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_answer_holds_every_property(answer):
    assert check_mean_square(answer).score == 1.0


@pytest.mark.parametrize("slug", WRONG)
def test_a_wrong_answer_is_named(slug):
    report = check_mean_square(WRONG[slug])
    assert report.score < 1.0
    assert report.misconceptions == [slug]


def test_every_known_misconception_is_tried():
    assert {m.slug for m in EXERCISES["mean-square"].misconceptions} == set(WRONG)


def test_a_blank_answer_is_called_unanswered():
    report = check_mean_square(lambda errors: None)
    assert report.score == 0.0
    assert "Not answered yet" in str(report)
