"""The checks of chapter 11's arrays: sources, shifted targets, the share of exact matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import Suspects, as_array, as_items, close, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
UNK = 1
NEW_WORDS = ("eleventy", "umpteen", "zillion")
Marks = tuple[int, int, int]  # go, eos, pad
MARKS: Sequence[Marks] = ((2, 3, 0), (7, 8, 9))
PLACES = (1, 2, 6)  # one, a few, and more words than a row has


def check_encode_source(encode_source: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks rows of ids: short sentences, full ones, long ones, with and without new words."""
    check = Check(EXERCISES["encode-source"])
    answer = subject(encode_source, "encode_source")
    cases = [_Source(seed) for seed in seeds]
    with check.property("the result is a row of `length` ids"):
        for case in cases:
            for n, length in ((3, 5), (4, 4), (1, 3)):
                case.check_shape(answer, case.words(n), length)
    with check.property("the sentence comes last word first, zeros in front of it"):
        for case in cases:
            for n, length in ((4, 4), (3, 5), (2, 7), (1, 1)):
                case.check(answer, case.words(n), length)
    with check.property("a word that is not known becomes UNK, in its place"):
        for case in cases:
            case.check(answer, case.words(3), 5)
            for length in (5, 7):
                case.check(answer, case.with_new_words(), length)
    with check.property("of a sentence that is too long, the first words are kept"):
        for case in cases:
            case.check(answer, case.words(4), 4)
            for n, length in ((5, 3), (4, 1), (7, 6)):
                case.check(answer, case.words(n), length)
    with check.property("an empty sentence is all padding"):
        for case in cases:
            case.check(answer, case.words(2), 4)
            case.check(answer, [], 3)
    return check.report()


class _Source:
    """A vocabulary of ten words with ids in no order, and sentences of them."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        self.word_to_id = dict(zip(names, (4 + rng.permutation(10)).tolist(), strict=True))
        self._order = rng.permutation(names).tolist()

    def words(self, n: int) -> list[str]:
        return self._order[:n]

    def with_new_words(self) -> list[str]:
        return [self._order[0], NEW_WORDS[0], self._order[1], NEW_WORDS[1], self._order[2]]

    def check_shape(self, answer: Subject, words: list[str], length: int) -> None:
        value = answer(words, self.word_to_id, length)
        if np.shape(value) != (length,):
            self.check(answer, words, length)
        as_array(value, (length,), "position")

    def check(self, answer: Subject, words: list[str], length: int) -> None:
        value = answer(words, self.word_to_id, length)
        try:
            close(value, self._row(words, length), "position", self._mistakes(words, length))
        except Failed as failure:
            what = f"For the words {words} and length {length}: {failure.detail}"
            raise Failed(what, failure.misconception) from None

    def _ids(self, words: list[str], unknown: int = UNK) -> list[int]:
        return [self.word_to_id.get(word, unknown) for word in words]

    def _row(self, words: list[str], length: int) -> np.ndarray:
        return _padded(self._ids(words)[:length][::-1], length)

    def _mistakes(self, words: list[str], length: int) -> Suspects:
        first, last = self._ids(words)[:length], self._ids(words)[-length:]
        known = [word for word in words if word in self.word_to_id]
        zeros = [0] * (length - len(first))
        return [
            ("not-reversed", _padded(first, length)),
            ("right-padded", np.array(first[::-1] + zeros)),
            ("right-padded", np.array(first + zeros)),
            ("unknown-dropped", _padded(self._ids(known)[:length][::-1], length)),
            *([("unknown-dropped", np.array(self._ids(known)[::-1]))] if known != words else []),
            ("unknown-as-padding", _padded(self._ids(words, 0)[:length][::-1], length)),
            ("last-words-kept", _padded(last[::-1], length)),
            ("not-cut", np.array(self._ids(words)[::-1])),
        ]


def _padded(ids: list[int], length: int) -> np.ndarray:
    return np.array([0] * (length - len(ids)) + ids)


def check_shift_targets(
    shift_targets: Any, seeds: Sequence[int] = (1, 2), marks: Sequence[Marks] = MARKS
) -> Report:
    """Checks decoder inputs and targets, for all numbers of ids around the length of a row.

    Args:
      shift_targets: the function.
      seeds: of the ids.
      marks: ids of go, eos and pad.
    """
    check = Check(EXERCISES["shift-targets"])
    answer = subject(shift_targets, "shift_targets")
    cases = [_Target(seed, *mark) for seed in seeds for mark in marks]
    with check.property("inputs and targets have `length` ids each"):
        for case in cases:
            case.check_shape(answer, 3, 6)
    with check.property("the inputs are GO, then the ids, then padding"):
        for case in cases:
            for n, length in ((3, 4), (3, 6), (1, 5)):
                case.check(answer, n, length, 0)
    with check.property("the targets are the ids, then EOS, then padding"):
        for case in cases:
            for n, length in ((3, 4), (3, 6), (1, 5)):
                case.check(answer, n, length, 1)
    with check.property("what is too long is cut before EOS"):
        for case in cases:
            case.check_both(answer, 3, 6)
            with blames("eos-cut-off"):
                for n, length in ((4, 4), (6, 4), (2, 1)):
                    case.check_both(answer, n, length)
    with check.property("an empty sentence is GO to EOS"):
        for case in cases:
            case.check_both(answer, 3, 6)
            for length in (1, 4):
                case.check_both(answer, 0, length)
    return check.report()


class _Target:
    """Sentences of ids that are none of the marks."""

    def __init__(self, seed: int, go: int, eos: int, pad: int) -> None:
        self.go, self.eos, self.pad = go, eos, pad
        rng = np.random.default_rng([seed, go])
        self._all = (10 + rng.permutation(9)).tolist()

    def _results(self, answer: Subject, n: int, length: int) -> list[Any]:
        value = answer(self._all[:n], self.go, self.eos, self.pad, length)
        return as_items(value, 2, "the inputs and the targets")

    def check_shape(self, answer: Subject, n: int, length: int) -> None:
        for which, value in enumerate(self._results(answer, n, length)):
            if np.shape(value) != (length,):
                self.check(answer, n, length, which)
            as_array(value, (length,), "position")

    def check_both(self, answer: Subject, n: int, length: int) -> None:
        self.check(answer, n, length, 0)
        self.check(answer, n, length, 1)

    def check(self, answer: Subject, n: int, length: int, which: int) -> None:
        rows = self._results(answer, n, length)
        try:
            close(rows[which], np.array(self._rows(n, length)[which]), "position")
        except Failed as failure:
            name = ("inputs", "targets")[which]
            what = f"The {name} of {n} ids with length {length}: {failure.detail}"
            raise Failed(what, self._explained_by(rows, n, length)) from None

    def _explained_by(self, rows: list[Any], n: int, length: int) -> str | None:
        """The one mistake that gives both rows: each row alone fits several."""
        slugs = {
            slug
            for slug, wrong in self._mistakes(n, length)
            if all(map(np.array_equal, rows, wrong)) and wrong != self._rows(n, length)
        }
        return slugs.pop() if len(slugs) == 1 else None

    def _rows(self, n: int, length: int) -> tuple[list[int], list[int]]:
        ids = self._all[:n][: length - 1]
        return self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)

    def _fill(self, ids: list[int], length: int, pad: int | None = None) -> list[int]:
        return (ids + [self.pad if pad is None else pad] * length)[:length]

    def _mistakes(self, n: int, length: int) -> list[tuple[str, tuple[list[int], list[int]]]]:
        ids, (inputs, targets) = self._all[:n], self._rows(n, length)
        kept, gap = ids[: length - 1], length - 1 - len(ids[: length - 1])
        whole = [self.go, *kept, self.eos]
        return [
            ("inputs-equal-targets", (targets, targets)),
            ("inputs-equal-targets", (inputs, inputs)),
            ("inputs-equal-targets", (self._fill(whole, length),) * 2),
            ("no-eos", (inputs, self._fill(kept, length))),
            ("shifted-the-wrong-way", (targets, inputs)),
            ("eos-as-input", (self._fill(whole, length), targets)),
            ("padded-in-front", ([self.pad] * gap + whole[:-1], [self.pad] * gap + whole[1:])),
            ("pad-fixed", (self._fill(whole[:-1], length, 0), self._fill(whole[1:], length, 0))),
            (
                "eos-cut-off",
                (self._fill([self.go, *ids], length), self._fill([*ids, self.eos], length)),
            ),
        ]


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
