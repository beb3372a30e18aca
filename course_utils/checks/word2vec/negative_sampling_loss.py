"""The check of `negative-sampling-loss`: the loss and its gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, Suspects, as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.noise_losses import (
    Example,
    Outcome,
    draw_example,
    nudged,
    wrong_outcomes,
)

EXERCISES = load_exercises("word2vec")
ExampleSize = tuple[int, int, int]  # vocabulary, dim, k
EXAMPLES: Sequence[ExampleSize] = ((7, 4, 3), (9, 2, 5), (4, 1, 2), (5, 3, 1))


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
    cases = [(size, seed) for size in sizes for seed in seeds]
    with check.property("the loss adds up the context's term and each negative's"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "loss")
    with check.property("the gradient of center is right"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "center")
    with check.property("the gradient of output_vectors is right, and zero for words not involved"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed), "output_vectors")
    with check.property("a negative that comes three times counts three times"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed, repeats=True), *_PARTS)
    with check.property("a negative that hits the context counts as a negative, too"):
        for size, seed in cases:
            _compare_example(answer, draw_example(*size, seed, hit=True), *_PARTS)
            _compare_example(answer, draw_example(*size, seed, repeats=True, hit=True), *_PARTS)
    return check.report()


_PARTS = ("loss", "center", "output_vectors")


def _compare_example(answer: Subject, example: Example, *parts: str) -> None:
    loss, grads = as_items(answer(*example.arguments), 2, "the loss and the gradients")
    if grads is None or grads is ...:
        raise AnswerError("Not answered yet: got None, expected a dict of gradients.", blank=True)
    if not isinstance(grads, dict) or not set(_PARTS[1:]) <= set(grads):
        raise Failed(
            f"Got {describe(grads)}, expected a dict with the keys center and output_vectors."
        )
    right, found = nudged(example), {"loss": loss, **grads}
    for part in parts:
        try:
            _compare_part(found[part], right, part, ())
        except Failed as failure:
            wrong = [(slug, getattr(w, part)) for slug, w in wrong_outcomes(example)]
            try:
                _compare_part(found[part], right, part, wrong)
            except Failed as blamed:
                raise Failed(_on(part, failure.detail), blamed.misconception) from None


def _compare_part(value: Any, right: Outcome, part: str, wrong: Suspects) -> None:
    axes = {"loss": "", "center": "dim", "output_vectors": "word, dim"}[part]
    close(value, np.asarray(getattr(right, part)), axes, wrong, TIGHT)


def _on(part: str, detail: str) -> str:
    what = "The loss" if part == "loss" else f"The gradient of {part}"
    return f"{what}: {detail[:1].lower()}{detail[1:]}"
