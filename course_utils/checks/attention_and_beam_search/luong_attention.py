"""The checks of chapter 12's attention: weights, and contexts after Luong and Bahdanau."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("attention_and_beam_search")
TIGHT = 1e-5  # weights are small numbers
Array = np.ndarray
Scored = tuple[Array, Array]  # scores [batch, time] and source_length [batch]
Block = tuple[int, int]  # batch, time
BLOCKS: Sequence[Block] = ((3, 5), (5, 3), (4, 4), (1, 6))
SINGLE_BLOCKS: Sequence[Block] = ((2, 1), (1, 1), (1, 4))


class Attended(NamedTuple):
    """What attention gives: context [batch, m] and weights [batch, time]."""

    context: Array
    weights: Array


Mistakes = list[tuple[str, Attended]]


def lengths_of(batch: int, time: int) -> Array:
    """[batch] int32 in 1..time; all kinds of them, and at least one short of the end."""
    return (1 + (time - 2 - np.arange(batch)) % time).astype(np.int32)


def softmax_of_real(scores: Array, lengths: Array) -> Array:
    """Row by row, the softmax of the real scores; what follows is 0."""
    weights = np.zeros(scores.shape)
    for row, length in enumerate(lengths):
        powers = np.exp(scores[row, :length].astype(float) - scores[row, :length].max())
        weights[row, :length] = powers / powers.sum()
    return weights


def wrong_weights(scores: Array, lengths: Array) -> list[tuple[str, Array]]:
    """What misconceptions about the weights lead to."""
    batch, time = scores.shape
    real = np.arange(time) < lengths[:, np.newaxis]
    whole = softmax_of_real(scores, np.full(batch, time))
    over_batch = softmax_of_real(scores.T, np.full(time, batch)).T
    masked = np.where(real, scores, -1e9)
    return [
        ("softmax-over-batch", over_batch),
        ("softmax-over-batch", over_batch * real),
        ("softmax-over-batch", softmax_of_real(masked.T, np.full(time, batch)).T),
        ("not-renormalised", whole * real),
        ("no-mask", whole),
        ("zero-score-for-padding", softmax_of_real(scores * real, np.full(batch, time))),
        ("one-step-off", softmax_of_real(scores, np.minimum(lengths + 1, time))),
        ("one-step-off", softmax_of_real(scores, np.maximum(lengths - 1, 1))),
    ]


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


Size = tuple[int, int, int, int]  # batch, time, q, m
AdditiveSize = tuple[int, int, int, int, int]  # batch, time, q, m, units
# The first is square: there a transposed weight can be told by its values.
SIZES: Sequence[Size] = ((2, 5, 3, 3), (3, 5, 2, 4), (4, 3, 5, 2))
SINGLE_SIZES: Sequence[Size] = ((1, 4, 3, 2), (2, 1, 3, 4), (3, 2, 1, 4), (2, 3, 4, 1))
ADDITIVE_SIZES: Sequence[AdditiveSize] = ((2, 5, 3, 3, 4), (3, 5, 2, 4, 6), (4, 3, 5, 2, 2))
SINGLE_ADDITIVE_SIZES: Sequence[AdditiveSize] = (
    (1, 4, 3, 2, 5),
    (2, 1, 3, 4, 5),
    (3, 2, 1, 4, 5),
    (2, 3, 4, 1, 5),
    (2, 3, 4, 5, 1),
)


class Case:
    """One call of an attention: its arguments, what must come of it, and what mistakes give.

    Args:
      arguments: query, memory, the weights, and source_length last.
      score: gives the right scores [batch, time] for all arguments but the last.
      wrong_scores: the same for misconceptions about the scores, by slug; some need sizes that
        others do not have, and give None.
    """

    def __init__(
        self,
        arguments: Sequence[Array],
        score: Callable[..., Array],
        wrong_scores: Sequence[tuple[str, Callable[..., Array | None]]],
    ) -> None:
        self.arguments = tuple(arguments)
        self._score, self._wrong_scores = score, wrong_scores

    @property
    def memory(self) -> Array:
        """[batch, time, m]."""
        return self.arguments[1]

    @property
    def lengths(self) -> Array:
        """[batch]."""
        return self.arguments[-1]

    def with_argument(self, place: int, array: Array) -> Case:
        """The same call with another array in one place."""
        changed = [*self.arguments]
        changed[place] = array
        return Case(changed, self._score, self._wrong_scores)

    def with_other_padding(self) -> Case:
        """The same call with other numbers in the padding of the memory."""
        real = np.arange(self.memory.shape[1]) < self.lengths[:, np.newaxis]
        return self.with_argument(1, np.where(real[..., np.newaxis], self.memory, 3 - self.memory))

    def expected(self) -> Attended:
        """What a right answer gives."""
        weights = softmax_of_real(self._score(*self._inputs), self.lengths)
        return Attended(_mean(weights, self.memory), weights)

    def mistakes(self) -> Mistakes:
        """What misconceptions lead to."""
        right, scores = self.expected(), self._score(*self._inputs)
        real = np.arange(self.memory.shape[1]) < self.lengths[:, np.newaxis]
        of_weights = wrong_weights(scores, self.lengths)
        of_scores = [
            (slug, softmax_of_real(wrong, self.lengths))
            for slug, score in self._wrong_scores
            if (wrong := score(*self._inputs)) is not None
        ]
        contexts = [
            ("sum-of-memory", self.memory.sum(axis=1)),
            ("sum-of-memory", _mean(real.astype(float), self.memory)),
            ("scores-for-weights", _mean(scores, self.memory)),
            ("scores-for-weights", _mean(scores * real, self.memory)),
        ]
        return [
            *((slug, Attended(_mean(w, self.memory), w)) for slug, w in of_weights + of_scores),
            *((slug, Attended(context, right.weights)) for slug, context in contexts),
        ]

    @property
    def _inputs(self) -> list[Array]:
        return [array.astype(float) for array in self.arguments[:-1]]


def _mean(weights: Array, memory: Array) -> Array:
    return np.stack([row @ steps for row, steps in zip(weights, memory, strict=True)])


def _dot(query: Array, memory: Array, weight: Array) -> Array:
    return np.array([m @ (weight.T @ q) for q, m in zip(query, memory, strict=True)])


def _unweighted(query: Array, memory: Array, weight: Array) -> Array | None:
    square = weight.shape[0] == weight.shape[1]
    return _dot(query, memory, np.eye(len(weight))) if square else None


def _transposed(query: Array, memory: Array, weight: Array) -> Array | None:
    square = weight.shape[0] == weight.shape[1]
    return _dot(query, memory, weight.T) if square else None


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


LUONG_MISTAKES: Sequence[tuple[str, Callable[..., Array | None]]] = (
    ("weight-transposed", _transposed),
    ("weight-ignored", _unweighted),
    ("scaled", lambda q, m, w: _dot(q, m, w) / np.sqrt(m.shape[2])),
)
BAHDANAU_MISTAKES: Sequence[tuple[str, Callable[..., Array | None]]] = (
    ("no-tanh", partial(_additive, squash=np.asarray)),
    ("no-tanh", _squashed_outside),
    ("product-for-sum", partial(_additive, inner=np.multiply)),
    ("v-ignored", lambda q, m, W_q, W_m, v: _additive(q, m, W_q, W_m, np.ones_like(v))),
    ("matrices-swapped", _swapped),
    ("query-ignored", lambda q, m, W_q, W_m, v: _additive(0 * q, m, W_q, W_m, v)),
)


def luong_case(size: Size, seed: int) -> Case:
    """A random call of `luong_attention`."""
    batch, time, q, m = size
    rng = np.random.default_rng([seed, *size])
    shapes = ((batch, q), (batch, time, m), (q, m))
    arrays = [rng.normal(0.2, 1, shape).astype(np.float32) for shape in shapes]
    return Case([*arrays, lengths_of(batch, time)], _dot, LUONG_MISTAKES)


def bahdanau_case(size: AdditiveSize, seed: int) -> Case:
    """A random call of `bahdanau_attention`."""
    batch, time, q, m, units = size
    rng = np.random.default_rng([seed, *size])
    shapes = ((batch, q), (batch, time, m), (q, units), (m, units), (units,))
    arrays = [rng.normal(0.2, 1, shape).astype(np.float32) for shape in shapes]
    return Case([*arrays, lengths_of(batch, time)], _additive, BAHDANAU_MISTAKES)


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
    _check_attention(check, answer, cases, single, ("a weight of zeros", flat))
    return check.report()


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
    _check_attention(check, answer, cases, single, ("a v of zeros", flat))
    with check.property("with W_query at zero, only the memory decides"):
        for case in cases:
            _compare(answer, case.with_argument(2, np.zeros_like(case.arguments[2])))
    with check.property("the query moves the attention"):
        for case in cases:
            _compare(answer, case.with_argument(0, 2 - case.arguments[0]), "weights")
    return check.report()


def _check_attention(
    check: Check,
    answer: Subject,
    cases: Sequence[Case],
    single: Sequence[Case],
    flat: tuple[str, Sequence[Case]],
) -> None:
    """Tries the properties that both kinds of attention have."""
    with check.property("it gives a context [batch, m] and weights [batch, time]"):
        for case in cases:
            _parts(answer, case)
    with check.property(f"with {flat[0]}, the context is the mean of the real steps"):
        for case in flat[1]:
            _compare(answer, case)
    with check.property("the weights are the softmax of the scores, over the real steps"):
        for case in cases:
            _compare(answer, case, "weights")
    with check.property("the context is the mean of the memory under these weights"):
        for case in cases:
            _compare(answer, case)
    with check.property("it does not matter what the memory holds in the padding"):
        for case in cases:
            _compare(answer, case.with_other_padding())
    with check.property("one sentence, one step, or a width of one is enough"):
        for case in single:
            _compare(answer, case)


def _parts(answer: Subject, case: Case) -> Attended:
    parts = as_items(answer(*case.arguments), 2, "the context and the weights")
    right = case.expected()
    shapes = [right.context.shape, right.weights.shape]
    if [np.shape(part) for part in parts] == shapes[::-1] != shapes:
        raise Failed("The weights come first, the context second.", "results-swapped")
    return Attended(
        as_array(parts[0], shapes[0], "batch, m"), as_array(parts[1], shapes[1], "batch, time")
    )


def _compare(answer: Subject, case: Case, *names: str) -> None:
    got, right, wrong = _parts(answer, case), case.expected(), case.mistakes()
    for name in names or ("weights", "context"):
        axes = "sentence, step" if name == "weights" else "sentence, unit"
        suspects = [(slug, getattr(attended, name)) for slug, attended in wrong]
        close(getattr(got, name), getattr(right, name), axes, suspects, TIGHT)
