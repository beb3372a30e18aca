"""What the counts of words decide: which are thinned out, and which are drawn as noise."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
        raise ValueError(f"threshold must be a frequency above 0, got {threshold}. Pass 1e-3.")
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
        raise ValueError(f"power must be one that these counts can bear, got {power}. Pass 0.75.")
    return weights / weights.sum()


def _checked_counts(counts: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(counts, dtype=np.float64)
    if not (array >= 0).all() or not 0 < array.sum() < np.inf:
        raise ValueError(
            f"counts must say how often each word comes, 0 or more and not all 0; got {counts!r}."
        )
    return array
