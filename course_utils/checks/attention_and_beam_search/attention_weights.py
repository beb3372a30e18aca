"""The check of `attention-weights`: attention weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.attention_and_beam_search.attending import (
    NUMBERS,
    lengths_of,
    softmax_of_real,
    wrong_fixed_padding,
    wrong_weights,
)
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_array, close, hold_against
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import finite_gradients

Array = np.ndarray
LARGE, PADDED = "overflow", "maximum-of-the-padding"
EXERCISES = load_exercises("attention_and_beam_search")
EXERCISES["attention-weights"].knowing([LARGE, PADDED])
Scored = tuple[Array, Array]  # scores [batch, time] and source_length [batch]
Block = tuple[int, int]  # batch, time
BLOCKS: Sequence[Block] = ((2, 3), (3, 4), (5, 3), (3, 5), (1, 6))
SINGLE_BLOCKS: Sequence[Block] = ((2, 1), (1, 1), (1, 4))


def check_attention_weights(
    attention_weights: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks a softmax over the real steps of each row.

    Args:
      attention_weights: the function.
      seeds: of the scores.
      sizes: batch and time, both at least 2 in most of them.
    """
    check = Check(EXERCISES["attention-weights"])
    answer = subject(attention_weights, "attention_weights")
    cases = [_scored(size, seed) for size in sizes for seed in seeds]
    full = [(scores, np.full_like(lengths, scores.shape[1])) for scores, lengths in cases]

    check.each("the weights have the shape [batch, time]", cases, partial(_try_shape, answer))
    check.each(
        "without padding, each row is the softmax of its scores", full, partial(_try_value, answer)
    )
    check.each("each row adds up to 1", cases, partial(_try_sums, answer))
    check.each("padding gets a weight of zero", cases, partial(_try_padding, answer))
    name = "the real steps share the weight as if there were no others"
    value = check.each(name, [*cases, *map(_with_zeros, cases[:4])], partial(_try_value, answer))
    check.each(
        "it does not matter what scores the padding has", cases, partial(_try_other_padding, answer)
    )
    single = [_scored(size, seed) for size in SINGLE_BLOCKS for seed in seeds]
    check.each("one sentence, or one step, is enough", single, partial(_try_value, answer), [value])
    high = [(1000 * scores, lengths) for scores, lengths in full]
    name = "scores of a thousand do not break it"
    far = check.each(name, high, lambda case: _try_finite(answer, case, LARGE), [value])
    loud = [(_loud(case), case[1]) for case in cases]
    name = "high scores in the padding do not, either"
    borne = check.each(name, loud, lambda case: _try_finite(answer, case, PADDED), [far])
    name = "nor do they make NaN of a gradient, if TensorFlow computes one"
    check.each(name, loud, lambda case: finite_gradients(answer, ["scores"], case), [borne])
    low = [(scores - 3000, lengths) for scores, lengths in cases]
    name = "real scores may be very low"
    check.each(name, low, lambda case: _try_finite(answer, case, LARGE), [far])
    return check.report()


def _try_shape(answer: Subject, case: Scored) -> None:
    as_array(_held(answer, case), case[0].shape, "batch, time")


def _try_value(answer: Subject, case: Scored) -> None:
    right, wrong = softmax_of_real(*case), wrong_weights(*case)
    close(answer(*case), right, "sentence, step", wrong, TIGHT)


def _try_sums(answer: Subject, case: Scored) -> None:
    weights = as_array(_held(answer, case), case[0].shape, "batch, time")
    close(weights.sum(axis=1), np.ones(len(weights)), "sentence")


def _try_padding(answer: Subject, case: Scored) -> None:
    weights = as_array(_held(answer, case), case[0].shape, "batch, time")
    close(weights * ~_real(case), np.zeros(weights.shape), "sentence, step", (), 1e-7)


def _try_other_padding(answer: Subject, case: Scored) -> None:
    scores, lengths = case
    other = np.where(_real(case), scores, 4 - scores), lengths
    first, second = (as_array(_held(answer, x), scores.shape) for x in (case, other))
    close(second, first, "sentence, step", (), TIGHT)


def _try_finite(answer: Subject, case: Scored, slug: str) -> None:
    value = answer(*case)
    if np.shape(value) == case[0].shape and not np.isfinite(value).all():
        raise Failed("The weights hold NaN or infinity.", slug)
    close(value, softmax_of_real(*case), "sentence, step", wrong_fixed_padding(*case), TIGHT)


def _held(answer: Subject, case: Scored) -> Any:
    """The weights, held against what misconceptions lead to."""
    value = answer(*case)
    hold_against(value, softmax_of_real(*case), wrong_weights(*case), TIGHT)
    return value


def _real(case: Scored) -> Array:
    return np.arange(case[0].shape[1]) < case[1][:, np.newaxis]


def _with_zeros(case: Scored) -> Scored:
    """The same with a first score of 0 in each row, which is a score like others."""
    return case[0] * (np.arange(case[0].shape[1]) > 0).astype(np.float32), case[1]


def _loud(case: Scored) -> Array:
    return np.where(_real(case), case[0], np.float32(1e4)).astype(np.float32)


def _scored(size: Block, seed: int) -> Scored:
    scores = np.random.default_rng([seed, *size]).choice(NUMBERS, size)
    return scores.astype(np.float32), lengths_of(*size)
