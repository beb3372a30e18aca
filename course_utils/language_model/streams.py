"""What a text costs a language model, in bits: at once, in windows, and one number a character."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Step = Callable[[Any, Any], tuple[Any, Any]]
Floats = NDArray[np.float64]


def costs(logits: ArrayLike, targets: ArrayLike) -> Floats:
    """What each id costs that came: -log2 of its probability.

    Args:
      logits: [..., size].
      targets: [...] ids.

    Returns:
      [...] bits.

    >>> costs([[0.0, 0.0, 0.0, 0.0], [1000.0, 0.0, 0.0, -1000.0]], [2, 0])
    array([2., 0.])
    """
    scores, ids = np.asarray(logits, np.float64), np.asarray(targets)
    scores = scores - scores.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(scores, ids[..., np.newaxis], axis=-1)[..., 0]
    return np.asarray((np.log(np.exp(scores).sum(axis=-1)) - chosen) / np.log(2) + 0.0)


def bits_per_character(logits: ArrayLike, targets: ArrayLike) -> float:
    """The mean of `costs`.

    >>> bits_per_character(np.zeros([3, 8]), [7, 0, 1])
    3.0
    """
    return float(costs(logits, targets).mean())


def surprise(step: Step, state: Any, ids: ArrayLike, window: int) -> Floats:
    """What each id but the first costs a network that has read all before it.

    Args:
      step: `step(ids [n], state)` gives logits [n, size] and the next state.
      state: before the first id.
      ids: [time], at least 2.
      window: how many ids are read at once, at most.

    Returns:
      [time - 1] bits, the same for any window.

    Raises:
      ValueError: if there are fewer than 2 ids, or `window` is less than 1.
    """
    text = np.asarray(ids)
    if len(text) < 2 or window < 1:
        raise ValueError(
            f"There must be 2 ids or more, and a window of 1 or more; got {len(text)} and {window}."
        )
    found = []
    for start in range(0, len(text) - 1, window):
        targets = text[start + 1 : start + 1 + window]
        logits, state = step(text[start : start + len(targets)], state)
        found.append(costs(logits, targets))
    return np.concatenate(found)


def stream_bits(step: Step, state: Any, ids: ArrayLike, window: int) -> float:
    """The mean of `surprise`: bits per character of a text that is read in windows.

    >>> def even(ids, state):
    ...     return np.zeros([len(ids), 4]), state
    >>> stream_bits(even, None, [3, 1, 2, 0], window=2)
    2.0
    """
    return float(surprise(step, state, ids, window).mean())
