"""Texts for chapter 10's vocabulary, the right ranking by hand, and rankings gone wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe
from course_utils.checks.engine.check import Failed
from course_utils.checks.engine.compare import as_items

# First seen in this order, which is neither alphabetical nor by count; with ties among the counts.
COUNTS = {"pear": 3, "fig": 5, "yam": 1, "plum": 7, "kiwi": 3, "date": 5, "apple": 1, "lime": 3}


def draw_text(seed: int) -> list[str]:
    """A text of the words of COUNTS, so often each; the seed decides which is seen first."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(list(COUNTS)).tolist()
    while names == sorted(names):
        names = rng.permutation(names).tolist()
    rest = [name for name in names for _ in range(COUNTS[name] - 1)]
    return names + rng.permutation(rest).tolist()


def ranking(words: list[str]) -> list[str]:
    """The different words by falling count, ties by first seen."""
    return sorted(set(words), key=lambda word: (-words.count(word), words.index(word)))


def rank(words: list[str], size: int) -> list[str]:
    """The vocabulary that a right answer gives."""
    return ["UNK", *ranking(words)][:size]


def wrong_vocabularies(words: list[str], size: int) -> list[tuple[str, list[str]]]:
    """Vocabularies that known misconceptions lead to."""
    ranked, names = ranking(words), sorted(set(words))
    seen = list(dict.fromkeys(words))
    by_name = sorted(names, key=lambda word: -words.count(word))
    last_first, z_first = seen[::-1], by_name[::-1]  # the sort keeps the order of ties
    backwards = sorted(last_first, key=lambda word: -words.count(word))
    rarest = sorted(seen, key=words.count)
    right = rank(words, size)
    wrong = [
        ("unk-missing", ranked[:size]),
        ("unk-missing", ranked[: size - 1]),
        ("unk-not-counted", ["UNK", *ranked[:size]]),
        ("one-too-few", ["UNK", *ranked[: max(0, size - 2)]]),
        ("unk-last", [*ranked[: size - 1], "UNK"]),
        ("alphabetical", ["UNK", *names[: size - 1]]),
        ("alphabetical", ["UNK", *sorted(ranked[: size - 1])]),
        ("first-seen-only", ["UNK", *seen[: size - 1]]),
        ("rarest-first", ["UNK", *rarest[: size - 1]]),
        ("ties-by-name", ["UNK", *by_name[: size - 1]]),
        (
            "ties-by-name",
            ["UNK", *sorted(z_first, key=lambda w: -words.count(w))[: size - 1]],
        ),
        ("ties-by-name", ["UNK", *backwards[: size - 1]]),
    ]
    return [(slug, vocabulary) for slug, vocabulary in wrong if vocabulary != right]


def read_vocabulary(
    answer: Subject, words: list[str], size: int
) -> tuple[list[str], dict[Any, Any]]:
    """What an answer makes of a text.

    Raises:
      Failed: if it is not a list of words and a dict.
      AnswerError: if there is nothing yet.
    """
    vocabulary, word_to_id = as_items(answer(list(words), size), 2, "vocabulary and word_to_id")
    if vocabulary is None or word_to_id is None:
        raise AnswerError("Not answered yet: got None, expected a list and a dict.", blank=True)
    if not isinstance(vocabulary, (list, tuple)) or not all(isinstance(w, str) for w in vocabulary):
        raise Failed(f"Got {describe(vocabulary)} for the vocabulary, expected a list of words.")
    if not isinstance(word_to_id, dict):
        raise Failed(f"Got {describe(word_to_id)} for word_to_id, expected a dict.")
    return list(vocabulary), word_to_id
