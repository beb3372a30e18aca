"""What word vectors are worth: neighbours, analogies, people's judgement; and gensim to compare."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

PIECE = 1000  # words; gensim drops what is beyond 10,000 words of a sentence

Ids = NDArray[np.int32]
Pairs = Sequence[tuple[str, str, float]]
Questions = Iterable[tuple[str, str, str, str]]


class Lap(NamedTuple):
    """What an epoch of training took, and what it reached.

    Attributes:
      seconds: of training since the start, without what was measured in between.
      score: of the vectors at the end of the epoch.
    """

    seconds: float
    score: float


def unit_rows(vectors: ArrayLike) -> NDArray[np.float64]:
    """The rows scaled to length one; rows of zeros stay as they are.

    >>> unit_rows([[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    array = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return array / np.where(lengths == 0, 1, lengths)


def nearest(vectors: ArrayLike, query: ArrayLike, k: int, exclude: Iterable[int] = ()) -> Ids:
    """The ids of the k words whose vectors have the highest cosine with a query.

    Args:
      vectors: [vocabulary, dim].
      query: [dim].
      k: how many ids; if fewer words are left there are fewer.
      exclude: ids that are left out.

    Raises:
      ValueError: if `k` is negative.

    >>> nearest([[1.0, 0.0], [2.0, 0.1], [-1.0, 0.0]], [1.0, 0.0], k=1, exclude=[0])
    array([1], dtype=int32)
    """
    if k < 0:
        raise ValueError(f"k must be 0 or more, got {k}. Ask for as many words as you want.")
    cosines = unit_rows(vectors) @ np.asarray(query, dtype=np.float64)
    allowed = np.ones(len(cosines), dtype=bool)
    allowed[list(exclude)] = False
    order = np.argsort(-cosines, kind="stable")
    return order[allowed[order]][:k].astype(np.int32)


def analogy(vectors: ArrayLike, a: int, b: int, c: int, k: int) -> Ids:
    """The ids of the k words that are to c as b is to a.

    Rows are scaled to length one first; the words asked about are left out of the answer, which is
    shorter than k if no others are left.

    >>> analogy([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, -1]], 0, 1, 2, k=1)
    array([3], dtype=int32)
    """
    rows = unit_rows(vectors)
    return nearest(rows, rows[b] - rows[a] + rows[c], k, exclude=(a, b, c))


def analogy_score(
    vectors: ArrayLike, word_to_id: Mapping[str, int], questions: Questions
) -> tuple[float, int]:
    """The share of analogy questions whose answer is the first word found.

    Args:
      vectors: [vocabulary, dim].
      word_to_id: the rows by word.
      questions: a, b, c, d: a is to b as c is to d; left out where one of the words has no row.

    Returns:
      The share in 0..1, and how many questions were asked.

    Raises:
      ValueError: if no question can be asked.
    """
    known = [[word_to_id[w] for w in q] for q in questions if set(q) <= word_to_id.keys()]
    if not known:
        raise ValueError("No question has all four words in the vocabulary. Train on more text.")
    rows = unit_rows(vectors)
    right = sum(d in analogy(rows, a, b, c, k=1) for a, b, c, d in known)
    return right / len(known), len(known)


def similarity_score(vectors: ArrayLike, word_to_id: Mapping[str, int], pairs: Pairs) -> float:
    """Spearman's correlation of the vectors' cosines with what people said of the same pairs.

    Args:
      vectors: [vocabulary, dim].
      word_to_id: the rows by word.
      pairs: two words and a number each; pairs with a word that has no row are left out.

    Returns:
      A number in -1..1, nan if all cosines, or all that people said, are the same.

    Raises:
      ValueError: if no pair has a row for both words.

    >>> pairs = [("hot", "warm", 9.0), ("hot", "cold", 2.0), ("hot", "dog", 1.0)]
    >>> rows = {"hot": 0, "warm": 1, "cold": 2}
    >>> round(similarity_score([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]], rows, pairs), 3)
    1.0
    """
    from scipy.stats import spearmanr  # noqa: PLC0415 - takes a second

    known = [(word_to_id[a], word_to_id[b], x) for a, b, x in pairs if {a, b} <= word_to_id.keys()]
    if not known:
        raise ValueError("No pair has both words in the vocabulary. Train on more text.")
    left, right, said = (np.array(column) for column in zip(*known, strict=True))
    rows = unit_rows(vectors)
    cosines = np.sum(rows[left] * rows[right], axis=1)
    if np.ptp(cosines) == 0 or np.ptp(said) == 0:
        return float("nan")
    return float(spearmanr(cosines, said).statistic)


def train_gensim(
    articles: Iterable[Sequence[str]],
    pairs: Pairs,
    *,
    rate: float,
    epochs: int,
    dim: int = 100,
    window: int = 5,
    negatives: int = 10,
    min_count: int = 5,
    seed: int = 1,
) -> list[Lap]:
    """Trains gensim's skip-gram with two workers, and scores it after each epoch.

    Args:
      articles: lists of words.
      pairs: see `similarity_score`.
      rate: the first learning rate; it falls to gensim's `min_alpha`.
      epochs: how often to go through the text.
      dim: length of the vectors.
      window: the farthest context.
      negatives: noise words for each true context.
      min_count: rarer words are left out.
      seed: of gensim's draws; with two workers its runs differ all the same.

    Returns:
      A lap an epoch.
    """
    from gensim.models import Word2Vec  # noqa: PLC0415 - takes a second

    model = Word2Vec(
        sg=1,
        vector_size=dim,
        window=window,
        negative=negatives,
        min_count=min_count,
        alpha=rate,
        epochs=epochs,
        workers=2,
        seed=seed,
    )
    pieces = [a[i : i + PIECE] for a in articles for i in range(0, len(a), PIECE)]
    model.build_vocab(pieces)
    low, total, laps = model.min_alpha, 0.0, list[Lap]()
    for epoch in range(epochs):
        first, last = (rate - (rate - low) * e / epochs for e in (epoch, epoch + 1))
        start = time.perf_counter()
        model.train(pieces, total_examples=len(pieces), epochs=1, start_alpha=first, end_alpha=last)
        total += time.perf_counter() - start
        laps.append(Lap(total, similarity_score(model.wv.vectors, model.wv.key_to_index, pairs)))
    return laps
