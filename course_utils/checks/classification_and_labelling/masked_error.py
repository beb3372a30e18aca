"""The check of `masked-error`: the share of wrong steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps, StepsSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("classification_and_labelling")


def check_masked_error(
    masked_error: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a share of wrong labels; the arguments are as in `check_masked_cross_entropy`."""
    check = Check(EXERCISES["masked-error"])
    answer = subject(masked_error, "masked_error")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.error(lengths), steps.wrong_errors(lengths))

    with check.property("it is 0 if all real steps are right, and 1 if all are wrong"):
        for steps in cases:
            for shift in (0, 1):
                compare(steps.answered(shift), steps.lengths)
    with check.property("if all sequences are full, it is the share of wrong steps"):
        for steps in cases:
            compare(steps, steps.full)
    with check.property("with shorter sequences, it is the share among the real steps"):
        for steps in cases:
            compare(steps, steps.lengths)
    with check.property("what stands in the padding does not matter"):
        for steps in cases:
            compare(steps.with_other_padding(), steps.lengths)
    return check.report()
