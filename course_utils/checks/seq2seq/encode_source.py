"""The check of `encode-source`: encode the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import Suspects, as_array, close, hold_against
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
UNK = 1
NEW_WORDS = ("eleventy", "umpteen", "zillion")


def check_encode_source(encode_source: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks rows of ids: short sentences, full ones, long ones, with and without new words."""
    check = Check(EXERCISES["encode-source"])
    answer = subject(encode_source, "encode_source")
    sources = [_Source(seed) for seed in seeds]

    def cases(*sizes: tuple[int, int]) -> list[_Case]:
        return [(source, source.words(n), length) for n, length in sizes for source in sources]

    def try_shape(case: _Case) -> None:
        source, words, length = case
        value = answer(words, source.word_to_id, length)
        hold_against(value, source.row(words, length), source.mistakes(words, length))
        as_array(value, (length,), "position")

    def try_row(case: _Case) -> None:
        source, words, length = case
        value = answer(words, source.word_to_id, length)
        close(value, source.row(words, length), "position", source.mistakes(words, length))

    new = [(source, source.with_new_words(), length) for length in (5, 7) for source in sources]
    fitting = cases((2, 3), (3, 5), (4, 4), (2, 7), (1, 1))
    name = "the result is a row of `length` ids"
    check.each(name, [*fitting, *cases((4, 3), (1, 3))], try_shape)
    name = "the sentence comes last word first, zeros in front of it"
    row = check.each(name, fitting, try_row)
    check.each("a word that is not known becomes UNK, in its place", new, try_row, [row])
    name = "of a sentence that is too long, the first words are kept"
    check.each(name, cases((3, 2), (5, 3), (4, 1), (7, 6)), try_row, [row])
    check.each("an empty sentence is all padding", cases((0, 3), (0, 1)), try_row)
    return check.report()


class _Source:
    """A vocabulary of ten words with ids in no order, and sentences of them."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        names = ["one", "two", "three", "four", "five", "six", "Seven", "eight", "nine", "Ten"]
        self.word_to_id = dict(zip(names, (4 + rng.permutation(10)).tolist(), strict=True))
        self._order = rng.permutation(names).tolist()

    def words(self, n: int) -> list[str]:
        return self._order[:n]

    def with_new_words(self) -> list[str]:
        return [self._order[0], NEW_WORDS[0], self._order[1], NEW_WORDS[1], self._order[2]]

    def _ids(self, words: list[str], unknown: int = UNK) -> list[int]:
        return [self.word_to_id.get(word, unknown) for word in words]

    def row(self, words: list[str], length: int) -> np.ndarray:
        return _padded(self._ids(words)[:length][::-1], length)

    def mistakes(self, words: list[str], length: int) -> Suspects:
        first, last = self._ids(words)[:length], self._ids(words)[-length:]
        known = [word for word in words if word in self.word_to_id]
        zeros = [0] * (length - len(first))
        backwards, right = self._ids(words)[::-1], self.row(words, length)
        return [
            ("not-reversed", _padded(first, length)),
            ("right-padded", np.array(first[::-1] + zeros)),
            ("right-padded", np.array(first + zeros)),
            ("unknown-dropped", _padded(self._ids(known)[:length][::-1], length)),
            ("unknown-as-padding", _padded(self._ids(words, 0)[:length][::-1], length)),
            ("last-words-kept", _padded(last[::-1], length)),
            ("not-cut", np.array(backwards) if len(words) > length else right),
            *([("not-padded", np.array(first[::-1]))] if words else []),  # [] has many causes
        ]


_Case = tuple[_Source, list[str], int]  # the vocabulary, a sentence, the length of a row


def _padded(ids: list[int], length: int) -> np.ndarray:
    return np.array([0] * (length - len(ids)) + ids)
