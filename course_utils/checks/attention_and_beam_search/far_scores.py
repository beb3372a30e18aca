"""What attention of either kind must bear: scores of a thousand, high ones in the padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.checks.attention_and_beam_search.attending import (
    Attended,
    Case,
    parts_of,
)
from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Check, Failed, Line
from course_utils.checks.engine.compare import TIGHT, as_items, close
from course_utils.checks.fixtures.slopes import check_gradients, finite_gradients

LARGE, PADDED = "overflow", "maximum-of-the-padding"
FARTHEST = 3000  # a real score may be as high as this, or as low
PADDING = 1e4


def check_far_scores(
    check: Check, answer: Subject, high: Sequence[Case], low: Sequence[Case], after: Sequence[Line]
) -> list[Case]:
    """Tries scores of a thousand.

    Args:
      check: that of the exercise.
      answer: the function under test.
      high: calls whose scores are high, far more than 700 in the most.
      low: calls whose scores are all very low, and high where the memory is negative.
      after: properties without which these can't be judged.

    Returns:
      The calls of `low` with high scores in the padding.
    """
    loud = [_padded_with(-PADDING, case) for case in low]
    # Scores in the padding that are no higher than the real ones.
    quiet = [_padded_with(-4, case) for case in high] + [_padded_with(4, case) for case in low]
    name = "scores of a thousand do not break it, high or low"
    far = check.each(name, quiet, lambda case: _try_far(answer, case, LARGE), after)
    name = "high scores in the padding do not, either"
    check.each(name, loud, lambda case: _try_far(answer, case, PADDED), [*after, far])
    return loud


def check_attention_gradients(
    check: Check,
    answer: Subject,
    names: Sequence[str],
    calls: tuple[Sequence[Case], Sequence[Case]],
    after: Sequence[Line],
) -> None:
    """Tries the gradients of an answer that TensorFlow computes.

    Args:
      check: that of the exercise.
      answer: the function under test.
      names: of its arguments, but for the last.
      calls: ordinary ones, and others with high scores in the padding.
      after: properties without which these can't be judged.
    """
    cases, loud = calls

    def try_gradients(case: Case) -> None:
        check_gradients(answer, names, case.arguments, case.total)

    def try_loud(case: Case) -> None:
        finite_gradients(answer, names, case.arguments)

    name = "if TensorFlow computes it, the gradients are right"
    right = check.each(name, cases, try_gradients, after)
    name = "high scores in the padding make NaN of none of them"
    check.each(name, loud, try_loud, [*after, right])


def _padded_with(number: float, case: Case) -> Case:
    """The same call with this number in the padding of the memory."""
    real = np.arange(case.memory.shape[1]) < case.lengths[:, np.newaxis]
    memory = np.where(real[..., np.newaxis], case.memory, number)
    return case.with_argument(1, memory.astype(np.float32))


def _try_far(answer: Subject, case: Case, slug: str) -> None:
    value = answer(*case.arguments)
    for part in as_items(value, 2, "the context and the weights"):
        if not np.isfinite(part).all():
            raise Failed("The result holds NaN or infinity.", slug)
    got, right, wrong = parts_of(answer, case), case.expected(), case.wrong_far()
    for name in reversed(Attended._fields):
        suspects = [(slug, getattr(attended, name)) for slug, attended in wrong]
        close(getattr(got, name), getattr(right, name), "", suspects, TIGHT)
