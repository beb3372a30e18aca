"""The check of `encode-source`: encode the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import Suspects, as_array, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
UNK = 1
NEW_WORDS = ("eleventy", "umpteen", "zillion")


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
