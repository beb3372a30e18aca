"""Word segmentation: Wikipedia's letters without the spaces; does a word start at this letter?

Nobody has to label anything: the text says where its spaces were, and we take them out.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.data.wikipedia import Article

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
N_SYMBOLS = 1 + len(ALPHABET)  # 0 is any other letter, and what follows the end

Starts = NDArray[np.bool_]


class Batch(NamedTuple):
    """Texts without spaces, padded at the end to the longest.

    Attributes:
      ids: [batch, time] int32 in 0..26, see `encode`; 0 past the end.
      sequence_length: [batch] int32, the number of letters of each text.
      starts: [batch, time] int32, 1 where a word starts; 0 past the end.
    """

    ids: NDArray[np.int32]
    sequence_length: NDArray[np.int32]
    starts: NDArray[np.int32]

    @property
    def real(self) -> NDArray[np.bool_]:
        """Which places hold a letter and not padding, [batch, time].

        >>> pad([["so", "it"], ["a"]]).real.astype(int)
        array([[1, 1, 1, 1],
               [1, 0, 0, 0]])
        """
        return np.arange(self.ids.shape[1]) < self.sequence_length[:, np.newaxis]


class Scores(NamedTuple):
    """How well the word starts of a text were found; see `score`."""

    precision: float
    recall: float
    f1: float


def join(words: Sequence[str]) -> tuple[str, Starts]:
    """Takes the spaces out.

    Args:
      words: none of them empty.

    Returns:
      The text, and for each of its letters whether a word starts there, [letters].

    >>> text, starts = join(["so", "it", "is"])
    >>> text, starts.astype(int)
    ('soitis', array([1, 0, 1, 0, 1, 0]))
    """
    lengths = np.array([len(word) for word in words], dtype=int)
    starts = np.zeros(lengths.sum(), dtype=bool)
    starts[np.cumsum(lengths) - lengths] = True
    return "".join(words), starts


def encode(text: str) -> NDArray[np.int32]:
    """Each letter as a number: a is 1, z is 26, whatever else is 0.

    >>> encode("abzé")
    array([ 1,  2, 26,  0], dtype=int32)
    """
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int32)
    ids = points - ord("a") + 1
    return np.where((ids >= 1) & (ids < N_SYMBOLS), ids, 0).astype(np.int32)


def decode(ids: NDArray[np.int32]) -> str:
    """The letters of these numbers, with a · for 0.

    >>> decode(encode("abzé"))
    'abz·'
    """
    return "".join(("·" + ALPHABET)[i] for i in ids)


def split(text: str, starts: ArrayLike) -> str:
    """Puts a space in front of every letter that is marked as a start, except the first.

    Args:
      text: without spaces.
      starts: [letters], true where a word starts.

    Raises:
      ValueError: if there is not one mark for each letter.

    >>> split("soitis", [True, False, True, False, False, False])
    'so itis'
    """
    marks = np.asarray(starts, dtype=bool)
    if marks.shape != (len(text),):
        raise ValueError(
            f"starts must hold one mark for each of the {len(text)} letters, got an array of "
            f"shape {list(marks.shape)}."
        )
    return "".join(" " * bool(m) + c for m, c in zip(marks, text, strict=True)).lstrip()


def recombined(articles: Sequence[Article], n_words: int, rng: np.random.Generator) -> list[str]:
    """Words of the articles in a new order, so that the text is nowhere to be looked up.

    Args:
      articles: where the words come from, each as often as it stands there.
      n_words: how many to draw, at least 1.
      rng: where the chance comes from.

    Returns:
      `n_words` words of the letters a to z.

    >>> recombined([["so", "it", "is"]], 4, np.random.default_rng(1))
    ['it', 'it', 'is', 'is']
    """
    words = [word for article in articles for word in article if word.isascii()]
    return [words[i] for i in rng.integers(len(words), size=n_words)]


def draw(
    articles: Sequence[Article], batch_size: int, n_words: int, rng: np.random.Generator
) -> Batch:
    """Draws pieces of the articles, each of so many words in the order of its article.

    Args:
      articles: where the pieces come from; long articles give more of them.
      batch_size: how many pieces, at least 1.
      n_words: how many words make a piece, at least 1.
      rng: where the chance comes from.

    Raises:
      ValueError: if no article is so long.

    >>> draw([["so", "it", "is"]], batch_size=1, n_words=3, rng=np.random.default_rng(1))[0]
    array([[19, 15,  9, 20,  9, 19]], dtype=int32)
    """
    room = np.array([max(0, len(article) - n_words + 1) for article in articles])  # first words
    if not room.any():
        raise ValueError(f"n_words must be at most the length of an article, got {n_words}.")
    ends = np.cumsum(room)
    firsts = rng.integers(ends[-1], size=batch_size)
    owners = np.searchsorted(ends, firsts, side="right")
    places = firsts - (ends - room)[owners]
    return pad([articles[a][i : i + n_words] for a, i in zip(owners, places, strict=True)])


def pad(texts: Sequence[Sequence[str]]) -> Batch:
    """Texts, each a list of words, as one padded batch.

    >>> pad([["so", "it"], ["a"]]).starts
    array([[1, 0, 1, 0],
           [1, 0, 0, 0]], dtype=int32)
    """
    joined = [join(words) for words in texts]
    lengths = np.array([len(text) for text, _ in joined], dtype=np.int32)
    ids, starts = np.zeros([2, len(texts), lengths.max()], dtype=np.int32)
    for row, (text, marks) in enumerate(joined):
        ids[row, : len(text)], starts[row, : len(text)] = encode(text), marks
    return Batch(ids, lengths, starts)


def score(marks: ArrayLike, starts: ArrayLike) -> Scores:
    """Precision, recall and F1 of marks against the true word starts; 0 where nothing is right.

    Args:
      marks: which letters are marked as starts, any shape.
      starts: which letters are starts, of the same shape.

    Raises:
      ValueError: if the shapes differ.

    >>> score([1, 1, 1, 0], [1, 0, 0, 1])  # one of three marks is right, one of two starts found
    Scores(precision=0.3333333333333333, recall=0.5, f1=0.4)
    """
    marked, true = np.asarray(marks, dtype=bool), np.asarray(starts, dtype=bool)
    if marked.shape != true.shape:  # they might be broadcast in silence
        raise ValueError(
            f"marks and starts must have one shape, got {list(marked.shape)} and "
            f"{list(true.shape)}. Give one mark for each letter."
        )
    found = int(np.sum(marked & true))
    if not found:
        return Scores(0.0, 0.0, 0.0)
    n_marked, n_true = int(marked.sum()), int(true.sum())
    return Scores(found / n_marked, found / n_true, 2 * found / (n_marked + n_true))
