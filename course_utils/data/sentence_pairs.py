"""Sentence pairs from a file that the reader brings, tab-separated as the Tatoeba project's.

Two forms are read. What Tatoeba gives out for a pair of languages has four columns: an id, the
sentence, the translation's id, the translation. Collections made of it, such as those for flash
cards, have the sentence and its translation, and perhaps a third column that says where they are
from. Nothing is loaded from the network; Tatoeba's sentences are to be had at
https://tatoeba.org/downloads, under a licence that asks for their authors to be named.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from course_utils.data.vocabulary import Pair, tokenize


def read(path: str | Path, limit: int | None = None) -> list[Pair]:
    r"""Reads sentence pairs.

    Args:
      path: a text file in UTF-8, one pair a line; empty lines are skipped.
      limit: read the first so many pairs only.

    Returns:
      The pairs, cut into words, in the file's order.

    Raises:
      FileNotFoundError: if there is no such file.
      ValueError: if it is not UTF-8, holds no pair, or a line is in neither form, naming the line.

    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile(suffix=".tsv") as file:
    ...     _ = file.write("Go.\tVa !\n".encode())
    ...     file.flush()
    ...     read(file.name)
    [Pair(source=['go', '.'], target=['va', '!'])]
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {path}. Give the path of a text file with one pair a line: the "
            "sentence, a tab, its translation."
        )
    try:
        with path.open(encoding="utf-8-sig") as lines:
            pairs = list(islice(_pairs(path, lines), limit))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not in UTF-8 (at byte {error.start}). Save it as UTF-8 and try again."
        ) from None
    if not pairs:
        raise ValueError(f"{path} holds no sentence pair. Each line needs two texts and a tab.")
    return pairs


def _pairs(path: Path, lines: Iterator[str]) -> Iterator[Pair]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            pair = Pair(*map(tokenize, _texts(line.rstrip("\r\n").split("\t"))))
            if not pair.source or not pair.target:
                raise ValueError(
                    f"{path}, line {number}: expected a sentence, a tab and its translation, got "
                    f"{line.strip()[:60]!r}. Mend the line or take it out."
                )
            yield pair


def _texts(columns: list[str]) -> tuple[str, str]:
    """The sentence and the translation of a line, empty if there is none."""
    if len(columns) == 4 and columns[0].isdigit() and columns[2].isdigit():
        return columns[1], columns[3]
    return columns[0], columns[1] if len(columns) in (2, 3) else ""
