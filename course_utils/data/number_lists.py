"""Lists of numbers from 10 to 99, read aloud in English and in French. They are drawn at random.

French phone numbers are read in such pairs of digits. The words come from the package num2words.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 10, 99
PAD, GO, EOS = 0, 1, 2
SPECIAL = ("<pad>", "<go>", "<eos>")


class Batch(NamedTuple):
    """Sentences as ids, padded with 0 at the end, all int32.

    Attributes:
      source: [batch, source time], English words.
      source_length: [batch].
      decoder_inputs: [batch, target time], GO and the French words.
      decoder_targets: [batch, target time], the French words and EOS.
    """

    source: NDArray[np.int32]
    source_length: NDArray[np.int32]
    decoder_inputs: NDArray[np.int32]
    decoder_targets: NDArray[np.int32]


@cache
def words(number: int, language: str) -> tuple[str, ...]:
    """The words of one number.

    Args:
      number: 10 to 99.
      language: "en" or "fr".

    Raises:
      ValueError: if the number is out of range.

    >>> words(78, "en"), words(78, "fr")
    (('seventy', 'eight'), ('soixante', 'dix', 'huit'))
    """
    from num2words import num2words  # noqa: PLC0415 - only this needs it

    if not LOWEST <= number <= HIGHEST:
        raise ValueError(f"number must be in {LOWEST}..{HIGHEST}, got {number}.")
    return tuple(num2words(number, lang=language).replace("-", " ").split())


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """All words by id: first the three special ones, then those of the numbers by alphabet.

    >>> vocabulary("fr")[:6]
    ('<pad>', '<go>', '<eos>', 'cinq', 'cinquante', 'deux')
    """
    numbers = range(LOWEST, HIGHEST + 1)
    return SPECIAL + tuple(sorted({word for n in numbers for word in words(n, language)}))


def sentence(numbers: Sequence[int], language: str) -> list[str]:
    """The words of a list of numbers, one after the other.

    >>> sentence([21, 80], "fr")
    ['vingt', 'et', 'un', 'quatre', 'vingts']
    """
    return [word for number in numbers for word in words(number, language)]


def as_ids(sentence: Sequence[str], language: str) -> list[int]:
    """The ids of a sentence's words.

    Raises:
      ValueError: if a word is no part of a number from 10 to 99.
    """
    known = vocabulary(language)
    for word in sentence:
        if word not in known:
            raise ValueError(f"{word!r} is in no number from {LOWEST} to {HIGHEST} ({language}).")
    return [known.index(word) for word in sentence]


def as_words(ids: Sequence[int], language: str) -> list[str]:
    """The words of some ids."""
    return [vocabulary(language)[i] for i in ids]


def batch(lists: Sequence[Sequence[int]]) -> Batch:
    """Lists of numbers as a batch of sentences; the lists may differ in length.

    >>> batch([[78]]).decoder_inputs.tolist()
    [[1, 19, 6, 9]]
    """
    sources = [as_ids(sentence(numbers, "en"), "en") for numbers in lists]
    targets = [as_ids(sentence(numbers, "fr"), "fr") for numbers in lists]
    return Batch(
        _padded(sources),
        np.array([len(ids) for ids in sources], np.int32),
        _padded([[GO, *ids] for ids in targets]),
        _padded([[*ids, EOS] for ids in targets]),
    )


def draw(count: int, rng: np.random.Generator, shortest: int, longest: int) -> list[list[int]]:
    """Draws lists of numbers; within a list no number comes twice.

    Args:
      count: how many lists.
      rng: where the chance comes from.
      shortest: numbers in the shortest list, at least 1.
      longest: numbers in the longest; all lengths between them are equally likely.

    Raises:
      ValueError: if the lengths are not 1 <= shortest <= longest <= 90.
    """
    numbers = np.arange(LOWEST, HIGHEST + 1)
    if not 1 <= shortest <= longest <= len(numbers):
        raise ValueError(
            f"lengths must be 1 <= shortest <= longest <= {len(numbers)}, "
            f"got {shortest} and {longest}."
        )
    lengths = rng.integers(shortest, longest + 1, count)
    return [rng.permutation(numbers)[:n].tolist() for n in lengths]


def _padded(rows: list[list[int]]) -> NDArray[np.int32]:
    width = max(map(len, rows))
    return np.array([row + [PAD] * (width - len(row)) for row in rows], np.int32)
