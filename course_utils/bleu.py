"""BLEU, the score of a translation against a reference."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

Sentence = Sequence[Hashable]
LONGEST = 4  # words in an n-gram
LISTS, TEXTS = (list, Sequence, np.ndarray), (str, bytes)


def ngrams(sentence: Sentence, n: int) -> Counter[tuple[Hashable, ...]]:
    """How often each run of n words is in a sentence.

    >>> ngrams(["deux", "et", "deux", "et"], 2)
    Counter({('deux', 'et'): 2, ('et', 'deux'): 1})
    """
    return Counter(zip(*(sentence[i:] for i in range(n)), strict=False))


def corpus_bleu(
    candidates: Sequence[Sentence], references: Sequence[Sentence | Sequence[Sentence]]
) -> float:
    """BLEU of translations with one reference or more each: n-grams of up to 4 words, unsmoothed.

    An n-gram counts as often as the reference that has it most often allows. The length that is
    wanted is that of the reference nearest in length, the shorter of two.

    Args:
      candidates: the translations, each a list of words; tuples and arrays count as lists.
      references: what they should be, in the same order: for each a list of words, or a list of
        several such lists.

    Returns:
      0 to 100. It is 0 if no run of four words is right anywhere.

    Raises:
      TypeError: if a sentence is a string or no list, or a word is a list or a tuple: a string
        would be scored by its letters, a list of words for one of several references.
      ValueError: if there are not as many references as candidates, or none.

    >>> round(corpus_bleu(["a b c d e".split()], ["a b c d f".split()]), 2)
    66.87
    >>> two = ["a b c d f".split(), "e a b c d e".split()]
    >>> round(corpus_bleu(["a b c d e".split()], [two]), 2)
    100.0
    """
    _check_corpus(candidates, references)
    found, total, length, wanted = [0] * LONGEST, [0] * LONGEST, 0, 0
    for i, (candidate, reference) in enumerate(zip(candidates, references, strict=True)):
        words, several = (
            words_of(f"candidates[{i}]", candidate),
            _several(f"references[{i}]", reference),
        )
        for n in range(1, LONGEST + 1):
            allowed = reduce(or_, (ngrams(one, n) for one in several))  # the highest counts
            said = ngrams(words, n).items()
            clipped = [min(count, allowed[gram]) for gram, count in said if gram in allowed]
            found[n - 1] += sum(clipped)
            total[n - 1] += max(0, len(words) - n + 1)
        length += len(words)
        wanted += min(map(len, several), key=lambda size: (abs(size - len(words)), size))
    if not all(found):
        return 0.0
    precision = math.exp(sum(map(math.log, found)) / LONGEST - sum(map(math.log, total)) / LONGEST)
    return 100 * precision * min(1.0, math.exp(1 - wanted / length))


def _check_corpus(candidates: Any, references: Any) -> None:
    for name, sentences in (("candidates", candidates), ("references", references)):
        if not _is_list(sentences):
            raise TypeError(
                f"{name} must be a list of sentences, each a list of words, got "
                f"{_shown(sentences)}. For a single sentence pass [text.split()]."
            )
    if len(candidates) != len(references):
        raise ValueError(
            f"there must be a reference for each candidate, got {len(candidates)} candidates and "
            f"{len(references)} references."
        )
    if len(candidates) == 0:
        raise ValueError("candidates must hold at least one sentence, got none.")


def words_of(name: str, sentence: Any) -> list[Hashable]:
    """A sentence's words, or ids, as a list, from a list, an array or a tensor; bytes are decoded.

    Raises:
      TypeError: if it is a string or no list, or holds lists.

    >>> words_of("candidate", np.array([b"deux", b"et"]))
    ['deux', 'et']
    """
    if hasattr(sentence, "numpy"):
        sentence = sentence.numpy()
    if not _is_list(sentence):
        raise TypeError(
            f"{name} must be a list of words, got {_shown(sentence)}. Split a text into words, for "
            "example text.split(), and put a single sentence into a list of its own."
        )
    # TensorFlow's texts are bytes, which would match no words of Python.
    words = [word.decode() if isinstance(word, bytes) else word for word in sentence]
    if not _are_words(words):
        raise TypeError(f"{name} must be a list of words, got {_shown(sentence)}. Take words only.")
    return words


def _are_words(values: list[Any]) -> bool:
    """Whether all are hashable, and none is a list or a generator, which would be a sentence."""
    try:
        return not any(map(_holds_several, set(values)))  # much faster than to ask each word
    except TypeError:
        return False


def _several(name: str, reference: Any) -> list[list[Hashable]]:
    """The references of one candidate, each a list of words."""
    if _is_list(reference) and len(reference) and all(map(_is_list, reference)):
        return [words_of(f"{name}[{i}]", one) for i, one in enumerate(reference)]
    return [words_of(name, reference)]


def _holds_several(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, TEXTS)


def _is_list(value: Any) -> bool:
    """Whether it may be a list of words or of sentences, as no string is."""
    return isinstance(value, LISTS) and not isinstance(value, TEXTS)


def _shown(value: Any) -> str:
    return f"the {type(value).__name__} {str(value)[:40]!r}"
