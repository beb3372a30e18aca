"""The check of `nce-loss`: the NCE loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import TIGHT, near
from course_utils.checks.engine.report import Report
from course_utils.checks.word2vec.noise_losses import (
    draw_nce,
    nce_by_hand,
    wrong_nce,
)

EXERCISES = load_exercises("word2vec")
NceSize = tuple[int, int, int]  # batch, dim, k
NCE_SIZES: Sequence[NceSize] = ((5, 3, 4), (2, 4, 7), (1, 2, 3), (3, 1, 1))


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

    def compare(arguments: tuple[np.ndarray, ...]) -> None:
        near(answer(*arguments), nce_by_hand(arguments), wrong_nce(arguments), TIGHT)

    with check.property("with zero vectors and biases and counts of 1, each term is log 2"):
        for arguments in draws:
            zeros = tuple(0 * part for part in arguments[:5])
            compare((*zeros, *(np.ones_like(part) for part in arguments[5:])))
    with check.property("vectors and biases make the logits"):
        for arguments in draws:
            compare((*arguments[:5], *(np.ones_like(part) for part in arguments[5:])))
    with check.property("the logarithms of the expected counts are taken off the logits"):
        for arguments in draws:
            compare((*(0 * part for part in arguments[:5]), *arguments[5:]))
    with check.property("all together, it is the mean over the batch"):
        for arguments in draws:
            compare(arguments)
    return check.report()
