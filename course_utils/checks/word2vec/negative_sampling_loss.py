"""The check of `negative-sampling-loss`: the loss and its gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_items, close, or_right
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.noise_losses import (
    Example,
    Outcome,
    draw_example,
    far_outcome,
    nudged,
    wrong_outcomes,
)

LARGE = "overflow"
EXERCISES = load_exercises("word2vec")
EXERCISES["negative-sampling-loss"].knowing(
    {
        LARGE,
        *(slug for slug, _ in wrong_outcomes(draw_example(4, 2, 2, 1))),
        *(slug for slug, _ in wrong_outcomes(draw_example(4, 2, 2, 1, repeats=True, hit=True))),
    }
)
ExampleSize = tuple[int, int, int]  # vocabulary, dim, k
EXAMPLES: Sequence[ExampleSize] = ((4, 2, 2), (3, 1, 2), (5, 3, 1), (9, 2, 5), (7, 4, 3))
FAR = 40  # makes scores of hundreds and thousands of numbers of about one
PARTS = {"loss": "", "center": "dim", "output_vectors": "word, dim"}


class _Case:
    """An example, what is right, and what mistakes lead to."""

    def __init__(self, size: ExampleSize, seed: int, **kind: bool) -> None:
        self.example = draw_example(*size, seed, **kind)

    @cached_property
    def right(self) -> Outcome:
        """Loss and gradients."""
        return nudged(self.example)

    @cached_property
    def wrong(self) -> list[tuple[str, Outcome]]:
        """What misconceptions lead to."""
        return wrong_outcomes(self.example)


def check_negative_sampling_loss(
    negative_sampling_loss: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[ExampleSize] = EXAMPLES,
) -> Report:
    """Checks the loss and its gradients, against numbers nudged one by one.

    Args:
      negative_sampling_loss: the function.
      seeds: of the examples.
      sizes: vocabulary, dim and number of negatives.
    """
    check = Check(EXERCISES["negative-sampling-loss"])
    answer = subject(negative_sampling_loss, "negative_sampling_loss")
    draws = [(size, seed) for size in sizes for seed in seeds]
    cases = [_Case(*draw) for draw in draws]

    def try_part(case: _Case, part: str) -> None:
        value = _result(answer, case.example)[part]
        _compare(value, case.right, part, case.wrong)

    def try_all(case: _Case) -> None:
        for part in PARTS:
            try_part(case, part)

    def try_far(case: _Case) -> None:
        example = case.example
        far = replace(
            example, center=FAR * example.center, output_vectors=FAR * example.output_vectors
        )
        result, right = _result(answer, far), far_outcome(far)
        for part in PARTS:
            if not np.isfinite(result[part]).all():
                raise Failed(_on(part, "it holds an infinite number, or none at all."), LARGE)
            _compare(result[part], right, part, [])

    names = {
        "loss": "the loss adds up the context's term and each negative's",
        "center": "the gradient of center is right",
        "output_vectors": "the gradient of output_vectors is right, and zero for other words",
    }
    lines = [
        check.each(name, cases, lambda case, part=part: try_part(case, part))  # type: ignore[misc]
        for part, name in names.items()
    ]
    repeats = [_Case(*draw, repeats=True) for draw in draws]
    hits = [_Case(*draw, hit=True) for draw in draws]
    check.each("a negative that comes three times counts three times", repeats, try_all, lines)
    check.each("a negative that hits the context counts as a negative, too", hits, try_all, lines)
    check.each("scores of a thousand do not break it", cases, try_far, lines)
    return check.report()


def _result(answer: Subject, example: Example) -> dict[str, Any]:
    loss, grads = as_items(answer(*example.arguments), 2, "the loss and the gradients")
    if grads is None or grads is ...:
        raise AnswerError("Not answered yet: got None, expected a dict of gradients.", blank=True)
    if not isinstance(grads, dict) or not PARTS.keys() - {"loss"} <= set(grads):
        raise Failed(
            f"Got {describe(grads)}, expected a dict with the keys center and output_vectors."
        )
    return {"loss": loss, **grads}


def _compare(value: Any, right: Outcome, part: str, wrong: Sequence[tuple[str, Outcome]]) -> None:
    expected = np.asarray(getattr(right, part))
    suspects = or_right([(slug, getattr(outcome, part)) for slug, outcome in wrong], expected)
    try:
        close(value, expected, PARTS[part], suspects, TIGHT)
    except Failed as failure:
        raise Failed(_on(part, failure.detail)) from None


def _on(part: str, detail: str) -> str:
    what = "The loss" if part == "loss" else f"The gradient of {part}"
    return f"{what}: {detail[:1].lower()}{detail[1:]}"
