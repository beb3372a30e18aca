"""The check of `nce-loss`: the NCE loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, near
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import (
    THROUGH_NUMPY,
    check_gradients,
    finite_gradients,
)
from course_utils.checks.word2vec.noise_losses import (
    NceArguments,
    draw_nce,
    nce_by_hand,
    wrong_nce,
)

LARGE = "overflow"
EXERCISES = load_exercises("word2vec")
EXERCISES["nce-loss"].knowing(
    {LARGE, THROUGH_NUMPY, *(slug for slug, _ in wrong_nce(draw_nce(2, 2, 3, 1)))}
)
LEARNT = ("center", "true_w", "true_b", "noise_w", "noise_b")
NceSize = tuple[int, int, int]  # batch, dim, k
NCE_SIZES: Sequence[NceSize] = ((2, 2, 3), (1, 2, 3), (3, 1, 1), (2, 4, 7), (5, 3, 4), (3, 2, 3))
FAR = np.float32(40)  # makes scores of hundreds and thousands of numbers of about one


def check_nce_loss(
    nce_loss: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[NceSize] = NCE_SIZES
) -> Report:
    """Checks the loss by term isolation.

    Args:
      nce_loss: the function.
      seeds: of the arguments.
      sizes: batch, dim and number of noise words.
    """
    check = Check(EXERCISES["nce-loss"])
    answer = subject(nce_loss, "nce_loss")
    draws = [draw_nce(*size, seed) for size in sizes for seed in seeds]
    plain = [_scaled(a, expected=0) for a in draws]
    counts = [_scaled(a, vectors=0) for a in draws]
    zeros = [_scaled(a, vectors=0, expected=0) for a in draws]
    far = [(FAR * a[0], FAR * a[1], a[2], FAR * a[3], *a[4:]) for a in draws]

    def try_value(arguments: NceArguments) -> None:
        near(answer(*arguments), nce_by_hand(arguments), wrong_nce(arguments), TIGHT)

    def try_uncorrected(arguments: NceArguments) -> None:  # where 1, 1 / 1 and others are alike
        wrong = [pair for pair in wrong_nce(arguments) if pair[0] != "expected-without-log"]
        near(answer(*arguments), nce_by_hand(arguments), wrong, TIGHT)

    def try_far(arguments: NceArguments) -> None:
        value = answer(*arguments)
        if np.size(value) == 1 and not np.isfinite(value).all():
            raise Failed(f"Got {np.ravel(value)[0]}, expected {nce_by_hand(arguments):.6g}.", LARGE)
        near(value, nce_by_hand(arguments), (), TIGHT)

    def try_gradients(arguments: NceArguments) -> None:
        check_gradients(answer, LEARNT, arguments, lambda *parts: nce_by_hand(parts))

    check.each("with all logits at zero it is (k + 1) log 2", zeros, try_uncorrected)
    check.each("with expected counts of 1, the logits are u · v + b", plain, try_uncorrected)
    check.each("without vectors and biases, the logits are -log(expected)", counts, try_value)
    total = check.each("all together, it is the mean over the batch", draws, try_value)
    check.each("scores of a thousand do not break it", far, try_far, [total])
    name = "if TensorFlow computes it, the gradients are right"
    slopes = check.each(name, draws[:6], try_gradients, [total])
    name = "scores of a thousand make NaN of none of them"
    check.each(name, far, lambda case: finite_gradients(answer, LEARNT, case), [slopes])
    return check.report()


def _scaled(arguments: NceArguments, vectors: int = 1, expected: int = 1) -> NceArguments:
    """The arguments, vectors and biases zero if `vectors` is, all counts 1 if `expected` is 0."""
    counts = (part ** np.float32(expected) for part in arguments[5:])
    return (*(np.float32(vectors) * part for part in arguments[:5]), *counts)
