"""The check of `masked-cross-entropy`: cross-entropy of the real steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.classification_head import require_gradients
from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps, StepsSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_number, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("classification_and_labelling")
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
    answer = subject(masked_cross_entropy, "masked_cross_entropy")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]
    padded = [steps for steps in cases if steps.has_padding]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.loss(lengths), steps.wrong_losses(lengths))

    def try_number(steps: Steps) -> None:
        as_number(answer(steps.logits, steps.labels, steps.lengths))

    def try_full(steps: Steps) -> None:
        compare(steps, steps.full)

    def try_shorter(steps: Steps) -> None:
        compare(steps, steps.lengths)

    def try_empty(steps: Steps) -> None:
        before = as_number(answer(*steps.without_the_last()))
        lengths = steps.lengths_with_an_empty_one
        near(answer(steps.logits, steps.labels, lengths), before, steps.wrong_losses(lengths))

    def try_padding(steps: Steps) -> None:
        before = as_number(answer(steps.logits, steps.labels, steps.lengths))
        other = steps.with_other_padding()
        wrong = other.wrong_losses(steps.lengths)
        near(answer(other.logits, other.labels, steps.lengths), before, wrong)

    def try_large(steps: Steps) -> None:
        large = steps.times(LARGE)
        value = answer(large.logits, large.labels, steps.lengths)
        if not np.isfinite(value):
            told = f"Got {value} for logits of up to {np.abs(large.logits).max():g}"
            raise Failed(f"{told}, expected a finite number.", "log-of-softmax")
        near(value, large.loss(steps.lengths), large.wrong_losses(steps.lengths))

    def try_gradients(steps: Steps) -> None:
        found = answer.probe("gradients", steps.logits, steps.labels, steps.lengths)
        require_gradients(found, "logits")

    number = check.each("the result is one number", padded, try_number)
    full = "if all sequences are full, it is the mean over all steps"
    check.each(full, cases, try_full, [number])
    mean = "with shorter sequences, it is the mean over the real steps"
    right = check.each(mean, padded, try_shorter, [number])
    check.each("a sequence of length 0 adds nothing", padded, try_empty, [number])
    check.each("what stands in the padding does not matter", padded, try_padding, [number])
    check.each("logits of several hundred are no trouble", padded, try_large, [right])
    check.each("a gradient gets through to the logits", padded[:4], try_gradients, [number])
    return check.report()
