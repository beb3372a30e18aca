"""The check of `masked-cross-entropy`: cross-entropy of the real steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.classification_head import require_gradients
from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps, StepsSize
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_number, near
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import THROUGH_NUMPY

EXERCISES = load_exercises("classification_and_labelling")
_STEPS = Steps(STEPS[0], 1)
EXERCISES["masked-cross-entropy"].knowing(
    {THROUGH_NUMPY, *(slug for slug, _ in _STEPS.wrong_losses(_STEPS.lengths))}
)
LARGE = 300  # makes logits of up to 900


def check_masked_cross_entropy(
    masked_cross_entropy: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a loss over real steps.

    Args:
      masked_cross_entropy: the function.
      seeds: of logits, labels and lengths.
      sizes: batch, time, classes; a batch of 2 or more.
    """
    check = Check(EXERCISES["masked-cross-entropy"])
    answer = _MaskedLoss(subject(masked_cross_entropy, "masked_cross_entropy"))
    cases = [Steps(size, seed) for size in sizes for seed in seeds]
    padded = [steps for steps in cases if steps.has_padding]
    number = check.each("the result is one number", padded, answer.check_number)
    full = "if all sequences are full, it is the mean over all steps"
    check.each(full, cases, answer.check_full, [number])
    mean = "with shorter sequences, it is the mean over the real steps"
    right = check.each(mean, padded, answer.check_shorter, [number])
    check.each("a sequence of length 0 adds nothing", padded, answer.check_empty, [number])
    padding = "what stands in the padding does not matter"
    check.each(padding, padded, answer.check_padding, [number])
    check.each("logits of several hundred are no trouble", padded, answer.check_large, [right])
    flow = "a gradient gets through to the logits"
    check.each(flow, padded[:4], answer.check_gradients, [number])
    return check.report()


class _MaskedLoss:
    """The function under test, and what its loss must be."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _compare(self, steps: Steps, lengths: np.ndarray) -> None:
        value = self._answer(steps.logits, steps.labels, lengths)
        near(value, steps.loss(lengths), steps.wrong_losses(lengths))

    def check_number(self, steps: Steps) -> None:
        """Checks that the loss is one number, whichever."""
        as_number(self._answer(steps.logits, steps.labels, steps.lengths))

    def check_full(self, steps: Steps) -> None:
        """Checks the loss if there is no padding."""
        self._compare(steps, steps.full)

    def check_shorter(self, steps: Steps) -> None:
        """Checks the loss of sequences with lengths of their own."""
        self._compare(steps, steps.lengths)

    def check_empty(self, steps: Steps) -> None:
        """Checks that an empty sequence gives the loss that there is without it."""
        before = as_number(self._answer(*steps.without_the_last()))
        lengths = steps.lengths_with_an_empty_one
        value = self._answer(steps.logits, steps.labels, lengths)
        near(value, before, steps.wrong_losses(lengths))

    def check_padding(self, steps: Steps) -> None:
        """Checks that other logits and labels in the padding give the same loss."""
        before = as_number(self._answer(steps.logits, steps.labels, steps.lengths))
        other = steps.with_other_padding()
        value = self._answer(other.logits, other.labels, steps.lengths)
        near(value, before, other.wrong_losses(steps.lengths))

    def check_large(self, steps: Steps) -> None:
        """Checks that the loss of large logits is right, and finite first of all."""
        large = steps.times(LARGE)
        value = self._answer(large.logits, large.labels, steps.lengths)
        if not np.isfinite(value):
            told = f"Got {value} for logits of up to {np.abs(large.logits).max():g}"
            raise Failed(f"{told}, expected a finite number.", "log-of-softmax")
        near(value, large.loss(steps.lengths), large.wrong_losses(steps.lengths))

    def check_gradients(self, steps: Steps) -> None:
        """Checks that a gradient gets through to the logits."""
        found = self._answer.probe("gradients", steps.logits, steps.labels, steps.lengths)
        value = as_number(self._answer(steps.logits, steps.labels, steps.lengths))
        is_right = abs(value - steps.loss(steps.lengths)) < TOLERANCE
        require_gradients(found, ["logits"], is_right)
