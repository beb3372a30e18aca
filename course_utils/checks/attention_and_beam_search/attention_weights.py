"""The check of `attention-weights`: attention weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.attention_and_beam_search.attending import (
    lengths_of,
    softmax_of_real,
    wrong_weights,
)
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import TIGHT, as_array, close
from course_utils.checks.engine.report import Report

Array = np.ndarray
EXERCISES = load_exercises("attention_and_beam_search")
Scored = tuple[Array, Array]  # scores [batch, time] and source_length [batch]
Block = tuple[int, int]  # batch, time
BLOCKS: Sequence[Block] = ((3, 5), (5, 3), (4, 4), (1, 6))
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
    with check.property("the weights have the shape [batch, time]"):
        for scores, lengths in cases:
            as_array(answer(scores, lengths), scores.shape, "batch, time")
    with check.property("without padding, each row is the softmax of its scores"):
        for scores, lengths in cases:
            _compare_weights(answer, scores, np.full_like(lengths, scores.shape[1]))
    with check.property("each row adds up to 1"):
        for scores, lengths in cases:
            _check_sums(answer, scores, lengths)
    with check.property("padding gets a weight of zero"):
        for scores, lengths in cases:
            _check_padding(answer, scores, lengths)
    with check.property("the real steps share the weight as if there were no others"):
        for scores, lengths in cases:
            _compare_weights(answer, scores, lengths)
    with check.property("it does not matter what scores the padding has"):
        for scores, lengths in cases:
            real = np.arange(scores.shape[1]) < lengths[:, np.newaxis]
            _compare_weights(answer, np.where(real, scores, 4 - scores), lengths)
    with check.property("one sentence, or one step, is enough"):
        for size in SINGLE_BLOCKS:
            _compare_weights(answer, *_scored(size, seeds[0]))
    return check.report()


def _scored(size: Block, seed: int) -> Scored:
    scores = np.random.default_rng([seed, *size]).normal(0.5, 1.5, size)
    return scores.astype(np.float32), lengths_of(*size)


def _compare_weights(answer: Subject, scores: Array, lengths: Array) -> None:
    expected, wrong = softmax_of_real(scores, lengths), wrong_weights(scores, lengths)
    close(answer(scores, lengths), expected, "sentence, step", wrong, TIGHT)


def _check_sums(answer: Subject, scores: Array, lengths: Array) -> None:
    weights = as_array(answer(scores, lengths), scores.shape, "batch, time")
    wrong = [(slug, array.sum(axis=1)) for slug, array in wrong_weights(scores, lengths)]
    close(weights.sum(axis=1), np.ones(len(scores)), "sentence", wrong)


def _check_padding(answer: Subject, scores: Array, lengths: Array) -> None:
    weights = as_array(answer(scores, lengths), scores.shape, "batch, time")
    padding = np.arange(scores.shape[1]) >= lengths[:, np.newaxis]
    wrong = [(slug, array * padding) for slug, array in wrong_weights(scores, lengths)]
    close(weights * padding, np.zeros(scores.shape), "sentence, step", wrong, 1e-7)
