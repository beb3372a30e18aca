"""What skip-gram learns from: ids of a text, thinned out, its pairs, and the noise beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.cells.base import positive_integer
from course_utils.data.vocabulary import check_words

UNKNOWN = "UNK"  # the word with id 0, for all that have no id of their own

Ids: TypeAlias = NDArray[np.int32]


def build_vocabulary(words: Iterable[str], size: int) -> tuple[list[str], dict[str, int]]:
    """The commonest words with their ids.

    Args:
      words: of a text.
      size: of the vocabulary, "UNK" included, at least 1.

    Returns:
      The vocabulary, "UNK" first, then by falling count, ties by first seen; and each word's id,
      which is 0 for "UNK" itself.

    Raises:
      TypeError: if `words` is a string.
      ValueError: if `size` is less than 1.

    >>> build_vocabulary("to be or not to be".split(), 3)
    (['UNK', 'to', 'be'], {'UNK': 0, 'to': 1, 'be': 2})
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, for {UNKNOWN!r}, got {size}. Pass, say, 5000.")
    check_words("words", words)
    counts = Counter(words)
    del counts[UNKNOWN]  # a text may hold the word itself
    vocabulary = [UNKNOWN, *(word for word, _ in counts.most_common(size - 1))]
    return vocabulary, {word: number for number, word in enumerate(vocabulary)}


def encode(words: Iterable[str], word_to_id: Mapping[str, int]) -> Ids:
    """The words' ids, 0 for those that have none. TypeError if `words` is one string.

    >>> encode(["to", "sleep"], {"UNK": 0, "to": 1})
    array([1, 0], dtype=int32)
    """
    check_words("words", words)
    return np.array([word_to_id.get(word, 0) for word in words], dtype=np.int32)


def keep_probability(counts: ArrayLike, threshold: float = 1e-3) -> NDArray[np.float64]:
    """How likely each word of a text is kept when frequent words are thinned out.

    Args:
      counts: [vocabulary], how often each word comes in the text.
      threshold: the frequency about which thinning begins.

    Returns:
      [vocabulary] numbers in 0..1; 1 for words that do not occur.

    Raises:
      ValueError: if no word occurs, a count is negative, or the threshold is not above 0.

    >>> keep_probability([999, 1], threshold=0.01).round(3)
    array([0.11, 1.  ])
    """
    if not threshold > 0:
        raise ValueError(
            f"threshold must be a frequency above 0, got {threshold}. Pass, say, 1e-3, or 1 to "
            "keep all words."
        )
    array = _checked_counts(counts)
    frequency = array / array.sum()
    ratio = threshold / np.maximum(frequency, np.finfo(np.float64).tiny)
    return np.minimum(1, np.sqrt(ratio) + ratio)


def noise_distribution(counts: ArrayLike, power: float = 0.75) -> NDArray[np.float64]:
    """The distribution from which noise words are drawn: counts to a power, normalised.

    Words that do not occur are never drawn.

    Raises:
      ValueError: if no word occurs, a count is negative, or the power gives no distribution.

    >>> noise_distribution([16, 1, 0]).round(3)
    array([0.889, 0.111, 0.   ])
    """
    array = _checked_counts(counts)
    with np.errstate(over="ignore"):
        weights = np.power(array, power, out=np.zeros_like(array), where=array > 0)
    if not 0 < weights.sum() < np.inf:
        raise ValueError(
            f"power must be a number that these counts can bear, got {power}. Pass, say, 0.75."
        )
    return weights / weights.sum()


def _checked_counts(counts: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(counts, dtype=np.float64)
    if not (array >= 0).all() or not 0 < array.sum() < np.inf:
        raise ValueError(
            f"counts must say how often each word comes, 0 or more and not all 0; got {counts!r}."
        )
    return array


def checked_ids(name: str, ids: Any) -> Ids:
    """The ids of one text as an array.

    Raises:
      TypeError: if they are no integers.
      ValueError: if they have several axes, in which a text would be read across.

    >>> checked_ids("ids", [3, 0])
    array([3, 0], dtype=int32)
    """
    array = np.asarray(ids)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must be the ids of one text, [words], got the shape {array.shape}. Join the "
            "texts, or take one at a time."
        )
    if len(array) and array.dtype.kind not in "iu":
        raise TypeError(
            f"{name} must be ids, integers, got {array.dtype}. Take those of word2vec.encode."
        )
    return array.astype(np.int32)


def generate_batch(
    data: Ids,
    start: int,
    batch_size: int,
    num_skips: int,
    skip_window: int,
    rng: np.random.Generator,
) -> tuple[Ids, Ids, int]:
    """A batch of skip-gram pairs from a window that slides over the text.

    Args:
      data: [words] ids; the text is a ring, after its last word comes its first.
      start: left end of the first window.
      batch_size: number of pairs, a multiple of `num_skips`.
      num_skips: pairs for each centre, with different contexts.
      skip_window: words to each side of the centre.
      rng: draws the contexts.

    Returns:
      (centers, contexts, next_start): [batch_size] ids each, and where the next batch begins.

    Raises:
      TypeError: if `data` holds no integers.
      ValueError: if a window has fewer contexts than `num_skips`, or the batch no whole centres,
        or the text is shorter than a window, in which a word would be its own context.

    >>> data = np.arange(10, 20, dtype=np.int32)
    >>> centers, contexts, next_start = generate_batch(data, 0, 4, 2, 1, np.random.default_rng(0))
    >>> centers, np.sort(contexts), next_start
    (array([11, 11, 12, 12], dtype=int32), array([10, 11, 12, 13], dtype=int32), 2)
    """
    if not 1 <= num_skips <= 2 * skip_window or batch_size % num_skips:
        raise ValueError(
            f"num_skips must be at least 1, at most 2 * skip_window = {2 * skip_window} and divide "
            f"batch_size = {batch_size}, got {num_skips}."
        )
    data = checked_ids("data", data)
    if len(data) <= 2 * skip_window:
        raise ValueError(
            f"data must have more words than the {2 * skip_window} beside a centre, got "
            f"{len(data)}. Pass a longer text or a smaller skip_window."
        )
    count = batch_size // num_skips
    middle = start + skip_window + np.arange(count)[:, np.newaxis]
    offsets = np.delete(np.arange(-skip_window, skip_window + 1), skip_window)
    drawn = rng.permuted(np.tile(offsets, (count, 1)), axis=1)[:, :num_skips]
    centers = np.repeat(data[middle % len(data)], num_skips)
    contexts = data[(middle + drawn).ravel() % len(data)]
    return centers, contexts, (start + count) % len(data)


def skip_grams(ids: Ids, window: int, rng: np.random.Generator) -> tuple[Ids, Ids]:
    """Every centre word of a text with each word that it can see, in random order.

    A centre sees 1 to `window` words to each side, a new draw for each position; so near words
    come more often than far ones.

    Args:
      ids: [words].
      window: the farthest that a centre may see, at least 1.
      rng: for the draws and the order.

    Returns:
      (centers, contexts), each [pairs].

    Raises:
      TypeError: if `ids` are no integers, or `window` is none.
      ValueError: if `ids` has several axes, or `window` is less than 1.

    >>> centers, contexts = skip_grams(np.array([7, 8, 9], np.int32), 1, np.random.default_rng(0))
    >>> sorted(zip(centers.tolist(), contexts.tolist()))
    [(7, 8), (8, 7), (8, 9), (9, 8)]
    """
    ids, window = checked_ids("ids", ids), positive_integer("window", window)
    sees = rng.integers(1, window + 1, size=len(ids))
    centers, contexts = [], []
    for distance in range(1, window + 1):
        at = np.flatnonzero(sees >= distance)
        for other in (at - distance, at + distance):
            inside = (other >= 0) & (other < len(ids))
            centers.append(ids[at[inside]])
            contexts.append(ids[other[inside]])
    order = rng.permutation(sum(map(len, centers)))
    return np.concatenate(centers)[order], np.concatenate(contexts)[order]
