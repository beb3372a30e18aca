"""text8: 17 million words of the English Wikipedia, in a file that the reader supplies.

Matt Mahoney's file of exactly 100,000,000 letters and spaces, from the Wikipedia of March 2006 (its
site calls it the first 10^8 bytes of a cleaned dump); digits are spelled out. This module downloads
nothing: it reads `text8` or `text8.zip` from a path. Without the file, gensim's 106 articles take
its place (see `wikipedia`).
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from course_utils.data import wikipedia

MD5 = "3bea1919949baf155f99411df5fada7e"  # of the text, zipped or not, as published with it
NAME = "text8"  # of the one file in the zip


def load(path: str | Path | None = None, md5: str | None = MD5) -> list[str]:
    """The words of a text8 file, or of the articles that gensim ships.

    Args:
      path: of `text8` or `text8.zip`; None, or a path where nothing is, takes gensim's articles
        and says so in one sentence.
      md5: what the digest of the text must be; None takes any text of the same format.

    Returns:
      Lower-case words, in order.

    Raises:
      ValueError: if the text has another digest, or is no text of this format.

    >>> words = load()
    There is no text8 file: the 452,944 words of Wikipedia that gensim ships are used in its place.
    >>> words[:3]
    ['anarchism', 'is', 'political']
    """
    if path is None or not Path(path).is_file():
        words = [word for article in wikipedia.articles() for word in article]
        missing = "no text8 file" if path is None else f"no text8 file at {path}"
        print(
            f"There is {missing}: the {len(words):,} words of Wikipedia that gensim ships are used "
            "in its place."
        )
        return words
    content = _content(Path(path))
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if md5 is not None and found != md5:
        raise ValueError(
            f"{path} is not the text8 that was expected: the MD5 digest of its text is {found}, it "
            f"should be {md5}. Get the file again, or pass md5=None to use another text."
        )
    return _words(content, path)


def _content(path: Path) -> bytes:
    """The text as it is, unpacked if it is in a zip."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if NAME not in names and len(names) != 1:
            raise ValueError(f"{path} should hold one file, {NAME}; it holds {len(names)}.")
        return archive.read(NAME if NAME in names else names[0])


def _words(content: bytes, path: str | Path) -> list[str]:
    odd = set(content) - set(b"abcdefghijklmnopqrstuvwxyz \n")
    if odd or not content.strip():
        what = f"the byte {chr(min(odd))!r}" if odd else "no word"
        raise ValueError(
            f"{path} is not in text8's format: it holds {what}. There are only lower-case letters "
            "a to z in it, and spaces between words."
        )
    return content.decode("ascii").split()
