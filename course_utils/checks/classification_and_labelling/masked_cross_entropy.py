"""The check of `masked-cross-entropy`: cross-entropy of the real steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps, StepsSize
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_number, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("classification_and_labelling")


def check_masked_cross_entropy(
    masked_cross_entropy: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a loss over real steps.

    Args:
      masked_cross_entropy: the function.
      seeds: of logits, labels and lengths.
      sizes: batch, time, classes.
    """
    check = Check(EXERCISES["masked-cross-entropy"])
    answer = subject(masked_cross_entropy, "masked_cross_entropy")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.loss(lengths), steps.wrong_losses(lengths))

    with check.property("the result is one number"):
        for steps in cases:
            as_number(answer(steps.logits, steps.labels, steps.lengths))
    with check.property("if all sequences are full, it is the mean over all steps"):
        for steps in cases:
            compare(steps, steps.full)
    with check.property("with shorter sequences, it is the mean over the real steps"):
        for steps in cases:
            compare(steps, steps.lengths)
    with check.property("a sequence of length 0 adds nothing"):
        for steps in cases:
            compare(steps, steps.lengths)
            compare(steps, steps.lengths_with_an_empty_one)
    with check.property("what stands in the padding does not matter"):
        for steps in cases:
            compare(steps.with_other_padding(), steps.lengths)
    with check.property("logits of several hundred are no trouble"):
        for steps in cases:
            compare(steps, steps.lengths)
            with blames("log-of-softmax"):
                compare(steps.times(100), steps.lengths)
    return check.report()
