"""Wikipedia text, character by character: the 106 articles that gensim ships, as people read them.

The same articles as in `wikipedia`, with capitals, digits and punctuation: gensim's `filter_wiki`
takes the mark-up out, and what is left of it is taken out here. Ten articles, drawn once, are held
out whole. Nothing is downloaded. Cleaning takes some seconds, so the texts are kept in the cache
(see `cache.folder`); where there is none, only what is asked for is cleaned.
"""

import bz2
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from course_utils.data.cache import cached, kept
from course_utils.data.shipped import WIKIPEDIA, shipped_file

HELD_OUT = (
    "Android (robot)",
    "Alaska",
    "Anthropology",
    "Achilles",
    "Alberta",
    "Alain Connes",
    "Asia Minor (disambiguation)",
    "Art",
    "Aldous Huxley",
    "Agnostida",
)
FEWEST = 20  # times that a character with an id of its own occurs in the articles to learn from
END = "\n"  # after each article, and nowhere else
RARE = "\N{REPLACEMENT CHARACTER}"  # stands for every character without an id of its own
# The character of each id, in the order of their codes. They are told here, so that nobody has to
# read all articles to know them; a test counts again.
CHARACTERS = (
    RARE
    + "\n !\"$%&'()*+,-./0123456789:;=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^abcdefghijklmnopqrstuvwxyz|"
    + "°àáâçèéëíóöøüāēīıōūəας–—‘’†→−✔"
)
SIZE = len(CHARACTERS)
_REDIRECT = re.compile(r"\s*#REDIRECT", re.IGNORECASE)
_MARKS = re.compile(r"'{2,}|={2,}|^[*#:;|!\s]+", re.MULTILINE)


def train(first: int | None = None) -> list[str]:
    """The articles to learn from, in the order of the dump.

    Args:
      first: how many of them; None takes all 96.

    >>> train(1)[0][:44]
    'Anarchism is a political philosophy that adv'
    """
    return _articles("train", first)


def held_out() -> list[str]:
    """The ten articles that nobody learns from, in the order of `HELD_OUT`."""
    return _articles("held-out", None)


def encode(text: str) -> NDArray[np.int32]:
    """The ids of a text's characters; 0 for each that has no id of its own.

    >>> encode("To be").tolist(), decode(encode("be ☃"))
    ([50, 72, 2, 59, 62], 'be �')
    """
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    known = np.array([ord(character) for character in CHARACTERS[1:]], np.uint32)  # ascending
    places = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[places] == codes, places + 1, 0).astype(np.int32)


def decode(ids: Iterable[int]) -> str:
    """The text of some ids."""
    return "".join(CHARACTERS[i] for i in ids)


def _articles(part: str, first: int | None) -> list[str]:
    name = f"wikipedia-text-{part}-gensim-{version('gensim')}.txt"
    if first is not None and kept(name) is None:
        return [_cleaned(raw) for raw in _raw()[part][:first]]
    content = cached(name, lambda: "".join(map(_cleaned, _raw()[part])).encode())
    return content.decode().splitlines(keepends=True)[:first]


@cache
def _raw() -> dict[str, list[str]]:
    """The articles with their mark-up, in two parts."""
    from gensim.corpora.wikicorpus import extract_pages  # noqa: PLC0415 - slow

    with bz2.open(shipped_file(*WIKIPEDIA)) as file:
        pages = {title: text for title, text, _ in extract_pages(file, filter_namespaces=("0",))}
    held_out = [pages.pop(title) for title in HELD_OUT]
    learnt = [text for text in pages.values() if text and not _REDIRECT.match(text)]
    return {"train": learnt, "held-out": held_out}


def _cleaned(raw: str) -> str:
    """An article as people read it: no mark-up, single spaces."""
    from gensim.corpora.wikicorpus import filter_wiki  # noqa: PLC0415 - slow

    return " ".join(_MARKS.sub(" ", filter_wiki(raw)).split()) + END
