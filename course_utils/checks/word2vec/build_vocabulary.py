"""The check of `build-vocabulary`: texts, the right ranking by hand, and rankings gone wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, describe, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_items, equal
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("word2vec")
UNK = "UNK"

# First seen in this order, which is neither alphabetical nor by count; with ties among the counts.
COUNTS = {"pear": 3, "fig": 5, "yam": 1, "plum": 7, "kiwi": 3, "date": 5, "apple": 1, "lime": 3}
CAPITALS = {"The": 2, "the": 3, "Tiger": 1, "tiger": 1, "sat": 2}  # five words
SHORT = {"banana": 2, "yam": 1, "kiwi": 3, "date": 2}
_Case = tuple[list[str], int]  # words, size


def draw_text(seed: int, counts: Mapping[str, int] = COUNTS) -> list[str]:
    """A text of words, so often each; the seed decides which is seen first."""
    rng = np.random.default_rng(seed)
    tokens = [name for name, count in counts.items() for _ in range(count)]
    words: list[str] = []
    while list(dict.fromkeys(words)) == sorted(set(words)):
        words = rng.permutation(tokens).tolist()
    return words


def ranking(words: list[str]) -> list[str]:
    """The different words by falling count, ties by first seen."""
    return sorted(set(words), key=lambda word: (-words.count(word), words.index(word)))


def rank(words: list[str], size: int) -> list[str]:
    """The vocabulary that a right answer gives."""
    return [UNK, *ranking(words)][:size]


def wrong_vocabularies(words: list[str], size: int) -> list[tuple[str, list[str]]]:
    """Vocabularies that known misconceptions lead to; some give the right one, too."""
    ranked, names = ranking(words), sorted(set(words))
    seen = list(dict.fromkeys(words))
    by_name = sorted(names, key=lambda word: -words.count(word))
    last_first, z_first = seen[::-1], by_name[::-1]  # the sort keeps the order of ties
    backwards = sorted(last_first, key=lambda word: -words.count(word))
    rarest, z_last = sorted(seen, key=words.count), sorted(z_first, key=lambda w: -words.count(w))
    places = size - 1
    return [
        ("unk-missing", ranked[:size]),
        ("unk-missing", ranked[:places]),
        ("unk-not-counted", [UNK, *ranked[:size]]),
        ("size-ignored", [UNK, *ranked]),
        *(("one-too-few", [UNK, *ranked[:end]]) for end in (max(0, size - 2), size - 2)),
        ("unk-last", [*ranked[:places], UNK]),
        ("unk-over-the-first-word", [UNK, *ranked[1:size]]),
        ("alphabetical", [UNK, *names[:places]]),
        ("alphabetical", [UNK, *sorted(ranked[:places])]),
        ("first-seen-only", [UNK, *seen[:places]]),
        ("first-seen-only", [UNK, *[word for word in seen if word in ranked[:places]]]),
        ("words-repeated", [UNK, *words[:places]]),
        ("rarest-first", [UNK, *rarest[:places]]),
        ("rarest-first", [UNK, *ranked[:places][::-1]]),
        ("rarest-first", [UNK, *ranked[::-1][:places]]),
        *(("ties-by-name", [UNK, *x[:places]]) for x in (by_name, z_last, backwards)),
    ]


def check_build_vocabulary(build_vocabulary: Any, seeds: Sequence[int] = (1, 2)) -> Report:
    """Checks which words are in the vocabulary, their order, and their ids."""
    check = Check(EXERCISES["build-vocabulary"])
    answer = subject(build_vocabulary, "build_vocabulary")
    short, long = ([draw_text(seed, counts) for seed in seeds] for counts in (SHORT, COUNTS))
    cases = [(words, size) for words in short for size in (4, 3)]
    cases += [(words, size) for words in long for size in (4, 7, 9)]

    texts = [*short, ["solo"], *long]
    roomy = [(words, len({*words}) + more) for words in texts for more in (1, 20)]
    check.each("the vocabulary has size entries", cases, partial(_try_size, answer))
    check.each(
        '"UNK" is its first entry, and stands nowhere else', cases, partial(_try_unk, answer)
    )
    check.each(
        "the words come by falling count, ties by first seen", cases, partial(_try_order, answer)
    )
    mixed = [(draw_text(seed, CAPITALS), size) for seed in seeds for size in (6, 4)]
    name = "words that differ in a capital letter are different words"
    check.each(name, mixed, partial(_try_capitals, answer))
    check.each(
        "word_to_id gives each entry its place in the vocabulary", cases, partial(_try_ids, answer)
    )
    check.each('size 1 leaves "UNK" only', texts, partial(_try_unk_alone, answer))
    check.each(
        'if there is room for all words, it is "UNK" and all of them',
        roomy,
        partial(_try_whole, answer),
    )
    return check.report()


def _vocabulary_of(answer: Subject, case: _Case) -> list[str]:
    vocabulary = _read(answer, *case)[0]
    equal(vocabulary, rank(*case), wrong_vocabularies(*case))
    return vocabulary


def _try_size(answer: Subject, case: _Case) -> None:
    found = _vocabulary_of(answer, case)
    if len(found) != case[1]:
        raise Failed(f"For size {case[1]} the vocabulary has {len(found)} entries.")


def _try_unk(answer: Subject, case: _Case) -> None:
    found = _vocabulary_of(answer, case)
    if found[:1] != [UNK] or UNK in found[1:]:
        raise Failed(f"The vocabulary is {_shown(found)}.")


def _try_order(answer: Subject, case: _Case) -> None:
    found = [word for word in _vocabulary_of(answer, case) if word != UNK]
    expected = ranking(case[0])[: max(1, len(found))]
    if found != expected:
        raise Failed(f"Got the words {_shown(found)}, expected {_shown(expected)}.")


def _try_capitals(answer: Subject, case: _Case) -> None:
    found, expected = _read(answer, *case)[0], rank(*case)
    small = [("capitals-dropped", rank([word.lower() for word in case[0]], case[1]))]
    if not equal(found, expected, [*small, *wrong_vocabularies(*case)]):
        raise Failed(f"Got {_shown(found)}, expected {_shown(expected)}.")


def _try_ids(answer: Subject, case: _Case) -> None:
    vocabulary, word_to_id = _read(answer, *case)
    right = {word: place for place, word in enumerate(vocabulary)}
    if not equal(word_to_id, right, _wrong_ids(case[0], vocabulary)):
        word = next((w for w in right if word_to_id.get(w) != right[w]), next(iter(word_to_id)))
        got, place = word_to_id.get(word, "nothing"), right.get(word, "none")
        raise Failed(f"word_to_id has {got} for {word!r}, whose place is {place}.")


def _try_unk_alone(answer: Subject, words: list[str]) -> None:
    found = _vocabulary_of(answer, (words, 1))
    if found != [UNK]:
        raise Failed(f"For size 1 the vocabulary is {_shown(found)}.")


def _try_whole(answer: Subject, case: _Case) -> None:
    found, expected = _vocabulary_of(answer, case), rank(*case)
    if sorted(found) != sorted(expected):
        raise Failed(f"Got {_shown(found)}, expected {_shown(expected)}.")


def _read(answer: Subject, words: list[str], size: int) -> tuple[list[str], dict[Any, Any]]:
    """What an answer makes of a text, a list of words and a dict; Failed if it is not these."""
    vocabulary, word_to_id = as_items(answer(list(words), size), 2, "vocabulary and word_to_id")
    if vocabulary is None or word_to_id is None:
        raise AnswerError("Not answered yet: got None, expected a list and a dict.", blank=True)
    if not isinstance(vocabulary, (list, tuple)) or not all(isinstance(w, str) for w in vocabulary):
        raise Failed(f"Got {describe(vocabulary)} for the vocabulary, expected a list of words.")
    if not isinstance(word_to_id, dict):
        raise Failed(f"Got {describe(word_to_id)} for word_to_id, expected a dict.")
    return list(vocabulary), word_to_id


def _wrong_ids(words: list[str], vocabulary: list[str]) -> list[tuple[str, dict[Any, Any]]]:
    known = [word for word in vocabulary if word != UNK]
    return [
        ("ids-from-one", {word: i for i, word in enumerate(vocabulary, start=1)}),
        ("ids-to-words", dict(enumerate(vocabulary))),
        ("ids-without-unk", {word: i for i, word in enumerate(known)}),
        ("ids-without-unk", {UNK: 0} | {word: i for i, word in enumerate(known)}),
        ("unk-has-no-id", {word: i for i, word in enumerate(known, start=1)}),
        ("counts-for-ids", {word: words.count(word) for word in vocabulary}),
        ("counts-for-ids", {word: words.count(word) for word in known}),
    ]


def _shown(words: list[str]) -> str:
    return f"{', '.join(words[:8])}{', ...' * (len(words) > 8)}" if words else "empty"
