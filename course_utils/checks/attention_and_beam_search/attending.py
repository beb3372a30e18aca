"""The checks of chapter 12's attention: weights, and contexts after Luong and Bahdanau."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject
from course_utils.checks.engine.check import Check, Failed, Line
from course_utils.checks.engine.compare import TIGHT, as_array, as_items, close, hold_against

Array = np.ndarray


NUMBERS = [n / 10 for n in range(-20, 21) if n]  # short ones, to be pasted
# What the attention of any kind can do wrong, beside its scores.
SLUGS = (
    "softmax-over-batch", "not-renormalised", "no-mask", "zero-score-for-padding", "mask-inverted",
    "first-length-for-all", "one-step-off", "sum-of-memory", "scores-for-weights",
    "results-swapped", "overflow", "maximum-of-the-padding", "padding-not-low-enough",
    "through-numpy",
)  # fmt: skip


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
    masked, inverted = np.where(real, scores, -1e9), np.where(real, -1e9, scores)
    return [
        ("softmax-over-batch", over_batch),
        ("softmax-over-batch", over_batch * real),
        ("softmax-over-batch", softmax_of_real(masked.T, np.full(time, batch)).T),
        ("not-renormalised", whole * real),
        ("no-mask", whole),
        ("zero-score-for-padding", softmax_of_real(scores * real, np.full(batch, time))),
        ("mask-inverted", softmax_of_real(inverted, np.full(batch, time))),
        ("one-step-off", softmax_of_real(scores, np.minimum(lengths + 1, time))),
        ("one-step-off", softmax_of_real(scores, np.maximum(lengths - 1, 1))),
        *_first_length_for_all(scores, lengths),
    ]


def _first_length_for_all(scores: Array, lengths: Array) -> list[tuple[str, Array]]:
    """Of two lengths the first is what is left without the last, too."""
    first = np.full(len(lengths), lengths[0])
    return [("first-length-for-all", softmax_of_real(scores, first))] if len(lengths) > 2 else []


def wrong_fixed_padding(scores: Array, lengths: Array) -> list[tuple[str, Array]]:
    """The weights if the padding gets a fixed score that real ones may be below."""
    batch, time = scores.shape
    real, full = np.arange(time) < lengths[:, np.newaxis], np.full(batch, time)
    return [
        ("padding-not-low-enough", softmax_of_real(np.where(real, scores, low), full))
        for low in (-10, -50, -99, -100, -999, -1000, 1e-9, -1)
    ]


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
    def is_square(self) -> bool:
        """Whether query and memory are of one width: then wrong products have values, too."""
        return self.arguments[0].shape[1] == self.memory.shape[2]

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

    def total(self, *arguments: Array) -> float:
        """The sum of all numbers that a right answer gives for other arguments."""
        parts = Case(arguments, self._score, self._wrong_scores).expected()
        return float(sum(part.sum() for part in parts))

    def wrong_far(self) -> Mistakes:
        """What misconceptions lead to that only high and low scores tell."""
        wrong = wrong_fixed_padding(self._score(*self._inputs), self.lengths)
        return [(slug, Attended(_mean(weights, self.memory), weights)) for slug, weights in wrong]

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
        ]
        if scores.any():
            contexts += [
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


def check_attention(
    check: Check,
    answer: Subject,
    cases: Sequence[Case],
    single: Sequence[Case],
    flat: tuple[str, Sequence[Case]],
) -> list[Line]:
    """Tries the properties that both kinds of attention have; gives those of the values."""
    square = [case for case in cases if case.is_square]
    name = "it gives a context [batch, m] and weights [batch, time]"
    check.each(name, square, lambda case: parts_of(answer, case))
    name = f"with {flat[0]}, the context is the mean of the real steps"
    even = [case for case in flat[1] if case.is_square]
    check.each(name, even, lambda case: compare_part(answer, case, "context"))
    name = "the weights are the softmax of the scores, over the real steps"
    weights = check.each(name, cases, lambda case: compare_part(answer, case, "weights"))
    name = "the context is the mean of the memory under these weights"
    mean = check.each(name, square, lambda case: _check_mean(answer, case))
    name = "it does not matter what the memory holds in the padding"
    others = [(case, case.with_other_padding()) for case in square]
    check.each(name, others, lambda pair: compare_calls(answer, *pair))
    name = "one sentence, one step, or a width of one is enough"
    check.each(name, single, lambda case: _compare_both(answer, case), [weights, mean])
    return [weights, mean]


def _check_mean(answer: Subject, case: Case) -> None:
    got = held_parts(answer, case)
    close(got.context, _mean(got.weights, case.memory), "sentence, unit", (), TIGHT)


def compare_calls(answer: Subject, case: Case, changed: Case) -> None:
    """Raises `Failed` unless both calls give the same."""
    first, second = (held_parts(answer, either) for either in (case, changed))
    close(second.weights, first.weights, "sentence, step", (), TIGHT)
    close(second.context, first.context, "sentence, unit", (), TIGHT)


def parts_of(answer: Subject, case: Case) -> Attended:
    """What the answer returns, as arrays of the right shapes."""
    parts = as_items(answer(*case.arguments), 2, "the context and the weights")
    right = case.expected()
    shapes = [right.context.shape, right.weights.shape]
    if [np.shape(part) for part in parts] == shapes[::-1] != shapes:
        pairs = zip(parts, right[::-1], strict=True)
        swapped = all(np.allclose(part, other, atol=TIGHT) for part, other in pairs)
        known = "results-swapped" if swapped else None
        raise Failed("The weights come first, the context second.", known)
    return Attended(
        as_array(parts[0], shapes[0], "batch, m"), as_array(parts[1], shapes[1], "batch, time")
    )


def held_parts(answer: Subject, case: Case) -> Attended:
    """What the answer returns, held against what misconceptions lead to."""
    got, right, wrong = parts_of(answer, case), case.expected(), case.mistakes()
    for name in Attended._fields:
        suspects = [(slug, getattr(attended, name)) for slug, attended in wrong]
        hold_against(getattr(got, name), getattr(right, name), suspects, TIGHT)
    return got


def compare_part(answer: Subject, case: Case, name: str) -> None:
    """Raises `Failed` if the weights or the context differ from the right ones."""
    got, right, wrong = parts_of(answer, case), case.expected(), case.mistakes()
    axes = "sentence, step" if name == "weights" else "sentence, unit"
    suspects = [(slug, getattr(attended, name)) for slug, attended in wrong]
    close(getattr(got, name), getattr(right, name), axes, suspects, TIGHT)


def _compare_both(answer: Subject, case: Case) -> None:
    for name in Attended._fields:
        compare_part(answer, case, name)
