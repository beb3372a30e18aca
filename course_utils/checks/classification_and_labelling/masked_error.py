"""The check of `masked-error`: the share of wrong steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.step_losses import STEPS, Steps, StepsSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_number, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("classification_and_labelling")
_STEPS = Steps(STEPS[0], 1)
EXERCISES["masked-error"].knowing(slug for slug, _ in _STEPS.wrong_errors(_STEPS.lengths))


def check_masked_error(
    masked_error: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a share of wrong labels; the arguments are as in `check_masked_cross_entropy`."""
    check = Check(EXERCISES["masked-error"])
    answer = subject(masked_error, "masked_error")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]
    padded = [steps for steps in cases if steps.has_padding]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.error(lengths), steps.wrong_errors(lengths))

    def try_ends(steps: Steps) -> None:
        for shift in (0, 1):
            compare(steps.answered(shift), steps.lengths)

    def try_full(steps: Steps) -> None:
        compare(steps, steps.full)

    def try_shorter(steps: Steps) -> None:
        compare(steps, steps.lengths)

    def try_padding(steps: Steps) -> None:
        before = as_number(answer(steps.logits, steps.labels, steps.lengths))
        other = steps.with_other_padding()
        wrong = other.wrong_errors(steps.lengths)
        near(answer(other.logits, other.labels, steps.lengths), before, wrong)

    check.each("it is 0 if all real steps are right, and 1 if all are wrong", padded, try_ends)
    check.each("if all sequences are full, it is the share of wrong steps", cases, try_full)
    check.each("with shorter sequences, it is the share among the real steps", padded, try_shorter)
    check.each("what stands in the padding does not matter", padded, try_padding)
    return check.report()
