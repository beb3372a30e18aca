"""Wikipedia text: the 106 articles that gensim ships to test itself, 452,944 words.

They come from the English Wikipedia's dump (CC BY-SA), the first articles of a file of it, as
gensim's own tools read it: lower case, words of 2 to 15 letters, no mark-up. Nothing is
downloaded. Parsing takes two seconds, so its result is kept in the cache (see `cache.folder`);
where there is none to be written, the text is parsed in each process.
"""

import bz2
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

from course_utils.data.cache import cached
from course_utils.data.shipped import WIKIPEDIA, shipped_file

FEWEST_WORDS = 50  # of an article, as gensim has it; what is shorter is a redirect or a stub
HELD_OUT_EVERY = 10

Article = list[str]  # of lower-case words


class Split(NamedTuple):
    """The articles in two parts; no article is in both."""

    train: list[Article]
    held_out: list[Article]


def articles() -> list[Article]:
    """All articles in the order of the dump, each a list of lower-case words.

    >>> len(articles()), articles()[0][:5]
    (106, ['anarchism', 'is', 'political', 'philosophy', 'that'])
    """
    return [text.split(" ") for text in _texts()]


def split() -> Split:
    """The articles to learn from, and every tenth one, which is held out.

    >>> train, held_out = split()
    >>> len(train), len(held_out)
    (96, 10)
    """
    everything = articles()
    held_out = everything[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]
    return Split([a for i, a in enumerate(everything, 1) if i % HELD_OUT_EVERY], held_out)


@cache
def _texts() -> tuple[str, ...]:
    """Each article as its words with spaces between them."""
    name = f"wikipedia-gensim-{version('gensim')}.txt"
    return tuple(cached(name, lambda: "\n".join(_parse()).encode()).decode().split("\n"))


def _parse() -> list[str]:
    """Reads the dump in this process.

    `gensim.corpora.WikiCorpus` would do it in a pool of processes, forked from this one; with
    TensorFlow's threads running, a fork can wait for ever for a lock that no thread will release.
    """
    from gensim.corpora.wikicorpus import extract_pages, process_article  # noqa: PLC0415 - slow

    with bz2.open(shipped_file(*WIKIPEDIA)) as file:
        pages = extract_pages(file, filter_namespaces=("0",))
        words = [process_article((text, title, page))[0] for title, text, page in pages]
    return [" ".join(article) for article in words if len(article) >= FEWEST_WORDS]
