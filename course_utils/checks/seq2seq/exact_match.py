"""The check of `exact-match`: exact matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")


def check_exact_match(exact_match: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks the share of equal lists, among them prefixes, reversed lists and empty ones."""
    check = Check(EXERCISES["exact-match"])
    answer = subject(exact_match, "exact_match")
    with check.property("it is 1 if all are equal and 0 if none is"):
        for seed in seeds:
            references = _references(seed)
            _check_share(answer, references, references)
            _check_share(answer, [[*r[:-1], 99] for r in references], references)
    with check.property("a sentence with one wrong word is wrong as a whole"):
        for seed in seeds:
            references = _references(seed)
            _check_share(answer, [[99, *references[0][1:]], *references[1:]], references)
    with check.property("a sentence that stops too early or runs on is wrong"):
        for seed in seeds:
            references = _references(seed)
            _check_share(answer, [references[0][:-1], *references[1:]], references)
            _check_share(answer, [*references[:-1], [*references[-1], 5]], references)
            _check_share(answer, [[], *references[1:]], references)
    with check.property("each prediction is compared with its own reference"):
        for seed in seeds:
            references = _references(seed)
            _check_share(answer, [*references[1:], references[0]], references)
    with check.property("the order of the words counts"):
        for seed in seeds:
            references = _references(seed)
            _check_share(answer, [references[0][::-1], *references[1:]], references)
    with check.property("empty sentences are equal to each other, and to no other"):
        _check_share(answer, [[], [4], [], [7, 9]], [[], [5], [6, 8], [7, 9]])
    return check.report()


def _references(seed: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [(4 + rng.permutation(20)[:n]).tolist() for n in rng.permutation([2, 3, 5, 6, 7])]


def _check_share(answer: Subject, predictions: list[Any], references: list[Any]) -> None:
    pairs = list(zip(predictions, references, strict=True))
    right = sum(a == b for a, b in pairs)
    near(
        answer(predictions, references),
        right / len(pairs),
        [
            *(("token-accuracy", share) for share in _token_shares(pairs)),
            (
                "prefix-counts",
                sum(all(x == y for x, y in zip(*p, strict=False)) for p in pairs) / len(pairs),
            ),
            ("prefix-counts", sum(b[: len(a)] == a for a, b in pairs) / len(pairs)),
            ("prefix-counts", sum(a[: len(b)] == b for a, b in pairs) / len(pairs)),
            ("order-ignored", sum(sorted(a) == sorted(b) for a, b in pairs) / len(pairs)),
            ("found-anywhere", sum(a in references for a in predictions) / len(pairs)),
            ("no-share", 100 * right / len(pairs)),
            ("no-share", right),
            ("all-or-nothing", float(right == len(pairs))),
        ],
    )


def _token_shares(pairs: list[tuple[list[int], list[int]]]) -> list[float]:
    """Shares of right words; none where lengths differ, since cut sentences give the same."""
    if any(len(a) != len(b) or not b for a, b in pairs):
        return []
    equal = [sum(x == y for x, y in zip(a, b, strict=True)) for a, b in pairs]
    lengths = [len(b) for _, b in pairs]
    return [sum(equal) / sum(lengths), float(np.mean(np.divide(equal, lengths)))]
