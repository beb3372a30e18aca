"""The check of `bahdanau-attention`: Bahdanau's attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit

from course_utils.checks.attention_and_beam_search.attending import (
    NUMBERS,
    SLUGS,
    Case,
    check_attention,
    compare_calls,
    held_parts,
    lengths_of,
)
from course_utils.checks.attention_and_beam_search.far_scores import (
    FARTHEST,
    check_attention_gradients,
    check_far_scores,
)
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.report import Report

Array = np.ndarray
EXERCISES = load_exercises("attention_and_beam_search")
EXERCISES["bahdanau-attention"].knowing(SLUGS)
AdditiveSize = tuple[int, int, int, int, int]  # batch, time, q, m, units
ADDITIVE_SIZES: Sequence[AdditiveSize] = (
    (3, 3, 2, 2, 2),
    (2, 5, 3, 3, 4),
    (3, 5, 2, 4, 6),
    (4, 3, 5, 2, 2),
)
SINGLE_ADDITIVE_SIZES: Sequence[AdditiveSize] = (
    (1, 4, 3, 2, 5),
    (2, 1, 3, 4, 5),
    (3, 2, 1, 4, 5),
    (2, 3, 4, 1, 5),
    (2, 3, 4, 5, 1),
)


def _additive(
    query: Array, memory: Array, W_query: Array, W_memory: Array, v: Array,
    inner: Callable[[Array, Array], Array] = np.add,
    squash: Callable[[Array], Array] = np.tanh,
) -> Array:  # fmt: skip
    pairs = zip(query, memory, strict=True)
    return np.array([squash(inner(m @ W_memory, q @ W_query)) @ v for q, m in pairs])


def _squashed_outside(
    query: Array, memory: Array, W_query: Array, W_memory: Array, v: Array
) -> Array:
    return np.tanh(_additive(query, memory, W_query, W_memory, v, squash=np.asarray))


def _swapped(
    query: Array, memory: Array, W_query: Array, W_memory: Array, v: Array
) -> Array | None:
    fit = W_memory.shape == W_query.shape
    return _additive(query, memory, W_memory, W_query, v) if fit else None


BAHDANAU_MISTAKES: Sequence[tuple[str, Callable[..., Array | None]]] = (
    ("no-tanh", partial(_additive, squash=np.asarray)),
    ("no-tanh", _squashed_outside),
    ("sigmoid-for-tanh", partial(_additive, squash=expit)),
    ("product-for-sum", partial(_additive, inner=np.multiply)),
    ("v-ignored", lambda q, m, W_q, W_m, v: _additive(q, m, W_q, W_m, np.ones_like(v))),
    ("matrices-swapped", _swapped),
    ("query-ignored", lambda q, m, W_q, W_m, v: _additive(0 * q, m, W_q, W_m, v)),
)


def bahdanau_case(size: AdditiveSize, seed: int) -> Case:
    """A random call of `bahdanau_attention`."""
    batch, time, q, m, units = size
    rng = np.random.default_rng([seed, *size])
    shapes = ((batch, q), (batch, time, m), (q, units), (m, units), (units,))
    arrays = [rng.choice(NUMBERS, shape).astype(np.float32) for shape in shapes]
    return Case([*arrays, lengths_of(batch, time)], _additive, BAHDANAU_MISTAKES)


def far_case(size: AdditiveSize, seed: int, high: bool) -> Case:
    """A call whose scores go up to `FARTHEST`, or are all far below zero; each tanh is 1 or -1."""
    batch, time, q, m, units = size
    rng = np.random.default_rng([seed, *size])
    shapes = ((batch, q), (batch, time, m), (q, units), (m, units), (units,))
    query, memory, W_query, W_memory, v = (
        rng.integers(1, 3, shape).astype(np.float32) for shape in shapes
    )
    if high:
        memory *= rng.choice([-1, 1], [batch, time, 1])
    v *= FARTHEST // (2 * units) * (1 if high else -1)
    W_memory *= 20 * q  # the memory decides, not the query
    arguments = [query, memory, 10 * W_query, W_memory, v, lengths_of(batch, time)]
    return Case(arguments, _additive, BAHDANAU_MISTAKES)


def check_bahdanau_attention(
    bahdanau_attention: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[AdditiveSize] = ADDITIVE_SIZES,
) -> Report:
    """Checks contexts and weights of scores that a small network gives.

    Args:
      bahdanau_attention: the function.
      seeds: of all arrays.
      sizes: batch, time, q, m and units.
    """
    check = Check(EXERCISES["bahdanau-attention"])
    answer = subject(bahdanau_attention, "bahdanau_attention")
    cases = [bahdanau_case(size, seed) for size in sizes for seed in seeds]
    single = [bahdanau_case(size, seeds[0]) for size in SINGLE_ADDITIVE_SIZES]
    flat = [case.with_argument(4, np.zeros_like(case.arguments[4])) for case in cases]
    values = check_attention(check, answer, cases, single, ("a v of zeros", flat))
    high, low = ([far_case(size, s, up) for size in sizes for s in seeds] for up in (True, False))
    loud = check_far_scores(check, answer, high, low, values)
    names = ("query", "memory", "W_query", "W_memory")  # v may be a Keras layer's own
    check_attention_gradients(check, answer, names, (cases[:4], loud[:4]), values)
    square = [case for case in cases if case.is_square]
    deaf = [case.with_argument(2, np.zeros_like(case.arguments[2])) for case in square]
    pairs = [(case, case.with_argument(0, 2 - case.arguments[0])) for case in deaf]
    name = "with W_query at zero, the query does not matter"
    check.each(name, pairs, lambda pair: compare_calls(answer, *pair))
    name = "the query moves the attention"
    check.each(name, square, lambda case: _check_query(answer, case))
    return check.report()


def _check_query(answer: Subject, case: Case) -> None:
    before = held_parts(answer, case).weights
    after = held_parts(answer, case.with_argument(0, 2 - case.arguments[0])).weights
    if np.allclose(before, after, atol=1e-4):
        raise Failed("Another query gives the same weights.")
