"""Whole numbers in English and in French words: a small language whose every sentence is known.

num2words writes both; there is nothing to load. Of the million numbers from 0 to 999,999 a fixed
2,000 are held out: `draw` never gives them, so they can test what was learnt from the others.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
from num2words import num2words
from numpy.typing import NDArray

from course_utils.data.vocabulary import Pair, Vocabulary, tokenize

HIGHEST = 999_999
HELD_OUT = 2_000
LANGUAGES = ("en", "fr")
# Words of the longest number, as 121,121 and 297,297, without marks for start and end.
LONGEST = {"en": 12, "fr": 13}

Numbers = NDArray[np.int64]


def write(number: int, language: str) -> str:
    """The number in words, as num2words writes it.

    Args:
      number: 0 to 999,999.
      language: "en" or "fr".

    Raises:
      ValueError: if the number or the language is none of these.

    >>> write(72_300, "en"), write(72_300, "fr")
    ('seventy-two thousand, three hundred', 'soixante-douze mille trois cents')
    """
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"number must be in 0..{HIGHEST}, got {number}.")
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}.")
    # num2words takes 0.2 ms a number, so it is asked for the 1,999 parts only.
    thousands, rest = divmod(int(number), 1000)
    if not thousands or not rest:
        return _part(int(number), language)
    between = " " if language == "fr" else ", " if rest >= 100 else " and "
    return _part(1000 * thousands, language) + between + _part(rest, language)


@cache
def _part(number: int, language: str) -> str:
    return str(num2words(number, lang=language))


def pairs(numbers: Iterable[int]) -> list[Pair]:
    """Each number in English words and in French ones.

    >>> pairs([72])
    [Pair(source=['seventy', '-two'], target=['soixante', '-douze'])]
    """
    return [Pair(tokenize(write(n, "en")), tokenize(write(n, "fr"))) for n in numbers]


@cache
def vocabulary(language: str) -> Vocabulary:
    """All the words that numbers from 0 to 999,999 are written with.

    >>> len(vocabulary("en")), len(vocabulary("fr"))
    (45, 48)
    """
    numbers = [*range(1000), *range(1000, HIGHEST, 1001)]
    return Vocabulary(tokenize(write(number, language)) for number in numbers)


@cache
def _held_out() -> Numbers:
    rng = np.random.default_rng(2_000)
    return np.sort(rng.choice(HIGHEST + 1, HELD_OUT, replace=False))


def held_out() -> Numbers:
    """The 2,000 numbers that `draw` never gives: any number is as likely to be one, sorted.

    >>> held_out().shape
    (2000,)
    """
    return _held_out().copy()


def draw(size: int, rng: np.random.Generator, highest: int = HIGHEST) -> Numbers:
    """Draws numbers to learn from, none of those held out.

    Nine in ten are drawn from 0 to `highest` evenly. Of these hardly any is short, so for the
    others the number of digits is drawn first.

    Args:
      size: how many, at least 1; some may be equal.
      rng: where chance comes from.
      highest: the largest number that may come, 9 to 999,999.

    Raises:
      ValueError: if `size` or `highest` is out of range.

    >>> numbers = draw(1000, np.random.default_rng(1))
    >>> numbers.shape, np.isin(numbers, held_out()).any().item()
    ((1000,), False)
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}.")
    if not 9 <= highest <= HIGHEST:
        raise ValueError(f"highest must be in 9..{HIGHEST}, got {highest}.")
    digits = rng.integers(1, len(str(highest)) + 1, 2 * size)
    limits = np.where(rng.random(2 * size) < 0.1, 10**digits, highest + 1)
    numbers = rng.integers(0, np.minimum(limits, highest + 1))
    allowed = numbers[~np.isin(numbers, _held_out())]  # all but one in 500
    return allowed[:size] if len(allowed) >= size else draw(size, rng, highest)
