"""The check of `luong-attention`: Luong's attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.attention_and_beam_search.attending import (
    NUMBERS,
    SLUGS,
    Case,
    check_attention,
    lengths_of,
)
from course_utils.checks.attention_and_beam_search.far_scores import (
    FARTHEST,
    check_attention_gradients,
    check_far_scores,
)
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.report import Report

Array = np.ndarray
EXERCISES = load_exercises("attention_and_beam_search")
EXERCISES["luong-attention"].knowing(SLUGS)
Size = tuple[int, int, int, int]  # batch, time, q, m


# The first two are square: there a transposed weight can be told by its values.
SIZES: Sequence[Size] = ((3, 3, 2, 2), (2, 5, 3, 3), (3, 5, 2, 4), (4, 3, 5, 2))
SINGLE_SIZES: Sequence[Size] = ((1, 4, 3, 2), (2, 1, 3, 4), (3, 2, 1, 4), (2, 3, 4, 1))


def _dot(query: Array, memory: Array, weight: Array) -> Array:
    return np.array([m @ (weight.T @ q) for q, m in zip(query, memory, strict=True)])


def _unweighted(query: Array, memory: Array, weight: Array) -> Array | None:
    square = weight.shape[0] == weight.shape[1]
    return _dot(query, memory, np.eye(len(weight))) if square else None


def _transposed(query: Array, memory: Array, weight: Array) -> Array | None:
    square = weight.shape[0] == weight.shape[1]
    return _dot(query, memory, weight.T) if square else None


LUONG_MISTAKES: Sequence[tuple[str, Callable[..., Array | None]]] = (
    ("weight-transposed", _transposed),
    ("weight-ignored", _unweighted),
    ("scaled", lambda q, m, w: _dot(q, m, w) / np.sqrt(m.shape[2])),
)


def luong_case(size: Size, seed: int) -> Case:
    """A random call of `luong_attention`."""
    batch, time, q, m = size
    rng = np.random.default_rng([seed, *size])
    shapes = ((batch, q), (batch, time, m), (q, m))
    arrays = [rng.choice(NUMBERS, shape).astype(np.float32) for shape in shapes]
    return Case([*arrays, lengths_of(batch, time)], _dot, LUONG_MISTAKES)


def far_case(size: Size, seed: int, high: bool) -> Case:
    """A call whose scores are between a few hundred and `FARTHEST`, or all minus that."""
    batch, time, q, m = size
    rng = np.random.default_rng([seed, *size])
    query, memory, weight = (
        rng.integers(1, 3, shape).astype(np.float32)
        for shape in ((batch, q), (batch, time, m), (q, m))
    )
    weight *= FARTHEST // (8 * q * m) * (1 if high else -1)
    return Case([query, memory, weight, lengths_of(batch, time)], _dot, LUONG_MISTAKES)


def check_luong_attention(
    luong_attention: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks contexts and weights of scores that are products.

    Args:
      luong_attention: the function.
      seeds: of all arrays.
      sizes: batch, time, q and m.
    """
    check = Check(EXERCISES["luong-attention"])
    answer = subject(luong_attention, "luong_attention")
    cases = [luong_case(size, seed) for size in sizes for seed in seeds]
    single = [luong_case(size, seeds[0]) for size in SINGLE_SIZES]
    flat = [case.with_argument(2, np.zeros_like(case.arguments[2])) for case in cases]
    values = check_attention(check, answer, cases, single, ("a weight of zeros", flat))
    high, low = ([far_case(size, s, up) for size in sizes for s in seeds] for up in (True, False))
    loud = check_far_scores(check, answer, high, low, values)
    names = ("query", "memory", "weight")
    check_attention_gradients(check, answer, names, (cases[:4], loud[:4]), values)
    return check.report()
