"""The check of `build-vocabulary`: texts, the right ranking by hand, and rankings gone wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_items
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("word2vec")


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


def check_build_vocabulary(build_vocabulary: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks which words are in the vocabulary, their order, and their ids."""
    check = Check(EXERCISES["build-vocabulary"])
    answer = subject(build_vocabulary, "build_vocabulary")
    texts = [draw_text(seed) for seed in seeds]

    def compare(words: list[str], size: int, part: slice, *, ids: bool = False) -> None:
        vocabulary, word_to_id = read_vocabulary(answer, words, size)
        expected = rank(words, size)
        if ids:
            wanted = {word: i for i, word in enumerate(vocabulary)}
            if word_to_id != wanted:
                raise _wrong_ids(word_to_id, wanted)
        elif vocabulary[part] != expected[part] or len(vocabulary) != len(expected):
            slugs = {slug for slug, v in wrong_vocabularies(words, size) if v == vocabulary}
            got, want = (", ".join(v[:6]) for v in (vocabulary, expected))
            raise Failed(
                f"For the {len(words)} words {' '.join(words[:6])} ... and size {size}: got "
                f"{len(vocabulary)} words: {got}, ...; expected {len(expected)}: {want}, ...",
                slugs.pop() if len(slugs) == 1 else None,
            )

    with check.property('the vocabulary has size words, and "UNK" is the first of them'):
        for words in texts:
            for size in (4, 7):
                compare(words, size, slice(1))
    with check.property("words come by falling count, ties by first seen"):
        for words in texts:
            for size in (4, 7, 9):
                compare(words, size, slice(None))
    with check.property("word_to_id gives each word its place in the vocabulary"):
        for words in texts:
            compare(words, 6, slice(None), ids=True)
    with check.property('size 1 leaves "UNK" only, and a short text a short vocabulary'):
        for words in texts:
            compare(words, 1, slice(None))
            compare(words, len(set(words)) + 1, slice(None))
            compare(words, len(set(words)) + 20, slice(None))
        compare(["solo"], 2, slice(None))
    return check.report()


def _wrong_ids(found: dict[Any, Any], wanted: dict[str, int]) -> Failed:
    if found == {word: i + 1 for word, i in wanted.items()}:
        return Failed("The ids in word_to_id begin at 1, expected 0.", "ids-from-one")
    if found == dict(enumerate(wanted)):
        return Failed("word_to_id leads from ids to words.", "ids-to-words")
    word = next((w for w in wanted if found.get(w) != wanted[w]), next(iter(found), ""))
    return Failed(
        f"word_to_id has {found.get(word)} for {word!r}, whose place in the vocabulary is "
        f"{wanted.get(word)}."
    )
