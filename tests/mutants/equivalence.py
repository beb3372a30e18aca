"""Whether an answer computes what a right one does, on random inputs of the exercise.

The calls that the check makes of the right answer are recorded, and made again of both, with other
arguments. An input counts only if the right answers of the exercise agree on it: what they do
differently is not promised by the text. So it is with types and gradients.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple
from unittest import mock

import keras
import numpy as np

from course_utils.checks.engine.arguments import Subject
from course_utils.checks.engine.boundary import plain, subject
from course_utils.checks.engine.calls import Call
from tests.answer_bank import Answer, Chapter
from tests.mutants.inputs import mapped, reseeded, seen_in, varied

INPUTS = 200  # on so many an answer must do what the right one does
SECONDS = 15  # or on as many as are done in this time, where calls take long
DRAWS = 400  # of a call that draws at random
ROUNDS = 12
SLOPES = 4  # one call in so many has its gradients compared: they take long


@dataclass(frozen=True)
class Recording:
    """What a check asked of a right answer, and what it got.

    Attributes:
      namespace: the names that the answer had.
      calls: each call with its value.
    """

    namespace: dict[str, Any]
    calls: Sequence[tuple[Call, Any]]


class Kind(IntEnum):
    """In what two answers differ; those that differ in one are not compared in the next."""

    VALUE = 0
    TYPE = 1
    GRADIENT = 2
    NOTHING = 3


class Apart(NamedTuple):
    """In what two answers differ for a call, and how it reads."""

    kind: Kind
    text: str = ""


SAME = Apart(Kind.NOTHING)


def difference(original: Answer, namespace: dict[str, Any], others: Sequence[Answer]) -> str:
    """What tells an answer from the right one that it was made of; "" if nothing was found.

    Args:
      original: the right answer.
      namespace: the names that the answer in question has.
      others: all right answers of the exercise.
    """
    recording = recorded(original)
    started, count = time.monotonic(), 0
    least = Kind.NOTHING  # what is not promised for one input needs not be asked again
    for round_ in range(ROUNDS):
        for apart in _replayed(recording, namespace, round_, slopes=least > Kind.GRADIENT):
            index, count = count % len(recording.calls), count + 1
            if apart.kind < least:
                if _is_promised(recording, others, (round_, index), apart.kind):
                    return apart.text
                least = max(apart.kind, Kind.TYPE)
            if count >= INPUTS or time.monotonic() - started > SECONDS:
                return ""
    return _values_apart(recording.namespace, namespace, Chapter(original.chapter), original)


@cache
def recorded(answer: Answer) -> Recording:
    """The calls that a right answer's check makes of it."""
    chapter = Chapter(answer.chapter)
    calls: list[tuple[Call, Any]] = []
    original = Subject._do

    def watched(asked: Subject, call: Call) -> Any:
        value = original(asked, call)
        calls.append((call, value))
        return value

    namespace = chapter.answered(answer)
    with mock.patch.object(Subject, "_do", watched):
        chapter.checked(answer, namespace)
    return Recording(namespace, calls)


def _is_promised(
    recording: Recording, others: Sequence[Answer], place: tuple[int, int], kind: Kind
) -> bool:
    """Whether the right answers are alike in this for a call; in values one in five may differ."""
    round_, index = place
    most, differ = (len(others) / 5 if kind is Kind.VALUE else 0), 0
    for other in others:
        names = recorded(other).namespace
        replayed = _replayed(recording, names, round_, kind is Kind.GRADIENT, only=index)
        differ += next(replayed).kind <= kind
        if differ > most:
            return False
    return True


def _replayed(
    recording: Recording,
    namespace: dict[str, Any],
    round_: int,
    slopes: bool,
    only: int | None = None,
) -> Iterator[Apart]:
    """Makes the recorded calls of both answers, and says for each how the values differ.

    In round 0 arguments are as the check has them; in the others they are random. If only one is
    asked for, then those before it are made that make an object or may change one, and nothing is
    said of them.
    Gradients are compared for some of the calls, if `slopes`.
    """
    pair = [_roots(recording, recording.namespace), _roots(recording, namespace)]
    seen = seen_in([call for call, _ in recording.calls])
    for index, (call, recorded_value) in enumerate(recording.calls):
        leads_on = call.target.origin is not None or _holds_subject(recorded_value)
        if only not in (None, index) and not leads_on:
            continue
        rng = np.random.default_rng([round_, index])
        args, kwargs = varied(call, seen, rng) if round_ else (list(call.args), dict(call.kwargs))
        try:
            asked = [_Asked(call, args, kwargs, subjects) for subjects in pair]
        except KeyError:  # of an object that no call has made this time
            apart = SAME
        else:
            values = [each.value(seed=index) for each in asked]
            for subjects, value in zip(pair, values, strict=True):
                _match(recorded_value, value, subjects)
            looked_at = only in (None, index)
            slopes_too = slopes and (index + round_) % SLOPES == 0
            apart = _told(asked, values, slopes_too) if looked_at else SAME
        if only in (None, index):
            yield apart


def _holds_subject(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_subject, value))
    return isinstance(value, Subject)


def _roots(recording: Recording, namespace: dict[str, Any]) -> dict[int, Subject]:
    """The subjects of the recording that have a name, by id, as this namespace has them."""
    named = {id(value): name for name, value in recording.namespace.items()}
    targets = {id(c.target): c.target for c, _ in recording.calls if c.target.origin is None}
    return {
        key: subject(namespace[named[id(target.build())]], target.name)
        for key, target in targets.items()
        if named.get(id(target.build())) in namespace
    }


class _Asked:
    """A call to be made of one of the two answers."""

    def __init__(self, call: Call, args: list, kwargs: dict, subjects: dict[int, Subject]) -> None:
        self.call, self.target = call, subjects[id(call.target)]
        self.args, self.kwargs = mapped(args, subjects), mapped(kwargs, subjects)

    def value(self, seed: int) -> Any:
        """The call's value, or the exception that it raises."""
        keras.utils.set_random_seed(seed)
        args, kwargs = reseeded(self.args, seed), reseeded(self.kwargs, seed)
        try:
            with np.errstate(all="ignore"):
                if self.call.attribute:
                    return self.target.get(self.call.attribute)
                if self.call.probe:
                    return self.target.probe(self.call.probe, *args, **kwargs)
                return self.target(*args, **kwargs)
        except Exception as error:
            return error

    def gradients(self, value: Any) -> Any:
        """The gradients of the call's value, if it is one or more arrays of floats."""
        if self.call.attribute or self.call.probe or not _is_smooth(value):
            return None
        keras.utils.set_random_seed(0)
        try:
            with np.errstate(all="ignore"):
                return self.target.probe("gradients", *self.args, **self.kwargs)
        except Exception as error:
            return error

    def __str__(self) -> str:
        words = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwargs.items())]
        named = " ".join(filter(None, [self.call.probe, self.target.name, self.call.attribute]))
        return f"{named}({', '.join(words)})"


def _is_smooth(value: Any) -> bool:
    parts = value if isinstance(value, (list, tuple)) else [value]
    return bool(parts) and all(isinstance(p, np.ndarray) and p.dtype.kind == "f" for p in parts)


def _match(recorded_value: Any, value: Any, subjects: dict[int, Subject]) -> None:
    """Notes which subject of a value stands where one of the recorded value does."""
    if isinstance(recorded_value, Subject) and isinstance(value, Subject):
        subjects[id(recorded_value)] = value
    elif isinstance(recorded_value, (list, tuple)) and isinstance(value, (list, tuple)):
        for one, other in zip(recorded_value, value, strict=False):
            _match(one, other, subjects)


def _told(asked: Sequence[_Asked], values: Sequence[Any], slopes_too: bool) -> Apart:
    """In what the two answers differ for a call; in nothing, where the right one raises."""
    if isinstance(values[0], Exception):
        return SAME
    if not alike(*values):
        if _draws(asked[0], values[0]) and _alike_in_distribution(asked):
            return SAME
        kind = Kind.TYPE if same_numbers(*values) else Kind.VALUE
        return _apart(kind, asked, values)
    if not slopes_too:
        return SAME
    slopes = [each.gradients(value) for each, value in zip(asked, values, strict=True)]
    if not _are_slopes(slopes[0]) or alike(*slopes):
        return SAME
    return _apart(Kind.GRADIENT, asked, slopes)


def _are_slopes(value: Any) -> bool:
    """Whether a right answer has all gradients; where it has none, one that comes is no fault."""
    return isinstance(value, list) and bool(value) and all(slope is not None for slope in value)


def _apart(kind: Kind, asked: Sequence[_Asked], values: Sequence[Any]) -> Apart:
    text = f"{kind.name.lower()} of {asked[0]}\n  right:  {values[0]!r}\n  mutant: {values[1]!r}"
    return Apart(kind, text)


def same_numbers(right: Any, other: Any) -> bool:
    """Whether two plain values hold the same numbers, as arrays, lists or whatever.

    >>> same_numbers(np.ones([1, 2]), [[1, 1]]), same_numbers([1, 2], [1, 3])
    (True, False)
    """
    try:
        one, two = np.asarray(right, np.float64), np.asarray(other, np.float64)
    except (TypeError, ValueError):
        pass
    else:
        return one.shape == two.shape and _close(one, two)
    rows = (list, tuple, np.ndarray)  # of a list that is no array, as its rows differ in length
    if isinstance(right, rows) and isinstance(other, rows):
        return len(right) == len(other) and all(map(same_numbers, right, other))
    if isinstance(right, dict) and isinstance(other, dict):
        return right.keys() == other.keys() and all(same_numbers(right[k], other[k]) for k in right)
    return alike(right, other)


def alike(right: Any, other: Any) -> bool:
    """Whether two plain values have the same structure, types and, within rounding, numbers.

    >>> alike([np.ones(2)], (np.ones(2),)), alike(np.ones(2), np.ones(2, np.float32))
    (True, False)
    """
    if isinstance(right, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(right) == len(other) and all(map(alike, right, other))
    if isinstance(right, dict) and isinstance(other, dict):
        return right.keys() == other.keys() and all(alike(right[k], other[k]) for k in right)
    if isinstance(right, Subject) or isinstance(other, Subject):
        return isinstance(right, Subject) and isinstance(other, Subject)
    if type(right) is not type(other):  # checks take nested lists for arrays
        nested = {type(right), type(other)} in ({list, np.ndarray}, {tuple, np.ndarray})
        return nested and same_numbers(right, other)
    if isinstance(right, (float, np.ndarray)):
        one, two = np.asarray(right), np.asarray(other)
        return one.dtype == two.dtype and one.shape == two.shape and _close(one, two)
    return bool(right == other)


def _close(one: np.ndarray, two: np.ndarray) -> bool:
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, two))
    finite = np.abs(one[np.isfinite(one)])
    scale = max(1.0, float(finite.max())) if finite.size else 1.0
    return bool(np.allclose(one, two, rtol=1e-4, atol=1e-5 * scale, equal_nan=True))


def _draws(asked: _Asked, value: Any) -> bool:
    """Whether the right answer gives another value with another seed."""
    return not alike(value, asked.value(seed=10**6))


def _alike_in_distribution(asked: Sequence[_Asked]) -> bool:
    """Whether many draws of both differ no more on average than chance explains.

    Both draw with the same seeds. So where they do the same with what they draw, they do not
    differ at all, and little is left to chance.
    """
    ended = time.monotonic() + SECONDS / 2
    differences = []
    for seed in range(DRAWS):
        try:
            right, other = (_moments(each.value(seed)) for each in asked)
            differences.append(right - other)
        except (TypeError, ValueError):  # other types, or a shape that is drawn as well
            return False
        if seed > 30 and time.monotonic() > ended:
            break
    d = np.stack(differences)
    chance = d.std(axis=0) / np.sqrt(len(d))
    return bool((np.abs(d.mean(axis=0)) <= 5 * chance + 1e-6).all())


def _moments(value: Any) -> np.ndarray:
    """The numbers in a value, their squares, and products of one with another."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    flat = np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])
    rng = np.random.default_rng(1)
    others = [flat, np.roll(flat, 1), *(rng.permutation(flat) for _ in range(3))]
    return np.concatenate([flat, *(flat * other for other in others)])


def _values_apart(right: dict, other: dict, chapter: Chapter, answer: Answer) -> str:
    """How those answers differ that are values, not functions."""
    for name in chapter.names(answer.exercise):
        if not callable(right[name]) and not alike(
            plain(right[name], name), plain(other[name], name)
        ):
            return f"{name}\n  right:  {right[name]!r}\n  mutant: {other[name]!r}"
    return ""
