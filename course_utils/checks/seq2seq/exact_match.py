"""The check of `exact-match`: exact matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
Lists = list[list[int]]
LENGTHS = ((2, 3, 1, 4, 2, 3), (3, 2, 1, 6, 4, 2), (5, 2, 7, 3, 6, 4, 1))
# The digits of each pair are the same, one behind the other.
ALIKE: Sequence[tuple[Lists, Lists]] = (
    ([[1, 12], [7], [9, 5], [3]], [[11, 2], [7], [8, 6], [4]]),
    ([[4, 51], [45], [6], [9], [2], [2]], [[4, 5, 1], [4, 5], [6], [8], [3], [3]]),
)
WRONG = 99  # no id of a reference
_Case = tuple[Lists, Lists]  # predictions, references
EMPTY: Sequence[_Case] = (
    ([[], [], [7], [8], [9]], [[], [4], [7], [8], [9]]),
    ([[], [4], [], [7, 9]], [[], [5], [6, 8], [7, 9]]),
)


def check_exact_match(exact_match: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the share of equal lists, among them prefixes, reversed lists and empty ones."""
    check = Check(EXERCISES["exact-match"])
    answer = subject(exact_match, "exact_match")
    drawn = [_references(seed, lengths) for lengths in LENGTHS for seed in seeds]

    def cases(*changes: Callable[[Lists], Lists]) -> list[_Case]:
        return [(change(references), references) for references in drawn for change in changes]

    def try_share(case: _Case) -> None:
        pairs = list(zip(*case, strict=True))
        right = sum(a == b for a, b in pairs) / len(pairs)
        near(answer(*case), right, _wrong_shares(*case))

    ends = cases(lambda r: r, lambda r: [*map(_wrong_end, r)])
    first = check.each("it is 1 if all are equal and 0 if none is", ends, try_share)
    # In each of these other sentences are wrong, too: so parts that are compared show.
    one_word = cases(
        lambda r: [_wrong_start(r[0]), _wrong_end(r[1]), *r[2:-1], _wrong_start(r[-1])]
    )
    name = "a sentence with one wrong word is wrong as a whole"
    check.each(name, one_word, try_share, [first])
    length = cases(
        lambda r: [r[0][:-1], _wrong_end(r[1]), *r[2:]],
        lambda r: [[*r[0], 5], _wrong_end(r[1]), *r[2:]],
    )
    check.each("a sentence that stops too early or runs on is wrong", length, try_share, [first])
    turned = cases(lambda r: [r[1], r[0], *r[2:]])
    check.each("each prediction is compared with its own reference", turned, try_share, [first])
    backwards = cases(lambda r: [r[0][::-1], [WRONG] * len(r[1]), *r[2:]])
    check.each("the order of the words counts", backwards, try_share, [first])
    name = "where one id ends and the next begins counts"
    check.each(name, ALIKE, try_share, [first])
    name = "empty sentences are equal to each other, and to no other"
    check.each(name, EMPTY, try_share, [first])
    return check.report()


def _wrong_end(sentence: list[int]) -> list[int]:
    return [*sentence[:-1], WRONG]


def _wrong_start(sentence: list[int]) -> list[int]:
    return [WRONG, *sentence[1:]]


def _references(seed: int, lengths: Sequence[int]) -> Lists:
    rng = np.random.default_rng(seed)
    return [(4 + rng.permutation(20)[:n]).tolist() for n in lengths]


def _wrong_shares(predictions: Lists, references: Lists) -> list[tuple[str, float]]:
    pairs = list(zip(predictions, references, strict=True))
    right = sum(a == b for a, b in pairs)

    def share(match: Callable[[list[int], list[int]], bool]) -> float:
        return sum(bool(match(a, b)) for a, b in pairs) / len(pairs)

    return [
        *(("token-accuracy", value) for value in _token_shares(pairs)),
        ("prefix-counts", share(lambda a, b: all(x == y for x, y in zip(a, b, strict=False)))),
        ("prefix-counts", share(lambda a, b: b[: len(a)] == a)),
        ("prefix-counts", share(lambda a, b: a[: len(b)] == b)),
        ("order-ignored", share(lambda a, b: sorted(a) == sorted(b))),
        ("order-ignored", share(lambda a, b: sum(a) == sum(b))),
        ("first-word-only", share(lambda a, b: a[:1] == b[:1])),
        ("last-word-only", share(lambda a, b: a[-1:] == b[-1:])),
        ("found-anywhere", share(lambda a, b: a in references)),
        ("run-together", share(lambda a, b: "".join(map(str, a)) == "".join(map(str, b)))),
        ("empty-is-wrong", share(lambda a, b: a != [] and a == b)),
        ("wrong-ones-counted", 1 - right / len(pairs)),
        ("no-share", 100 * right / len(pairs)),
        ("no-share", right),
        ("divided-by-the-words", right / max(1, sum(map(len, references)))),
        ("all-or-nothing", float(right == len(pairs))),
    ]


def _token_shares(pairs: list[tuple[list[int], list[int]]]) -> list[float]:
    """Shares of right words; none where lengths differ, since cut sentences give the same."""
    if any(len(a) != len(b) or not b for a, b in pairs):
        return []
    equal = [sum(x == y for x, y in zip(a, b, strict=True)) for a, b in pairs]
    lengths = [len(b) for _, b in pairs]
    return [sum(equal) / sum(lengths), float(np.mean(np.divide(equal, lengths)))]
