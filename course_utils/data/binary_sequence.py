"""The binary task: each output is a coin, biased by the inputs three and eight steps before it.

Nothing is downloaded: the sequences are drawn at random, so there are as many as anyone needs, and
no symbol has to be seen twice. Since the coin's bias is known, so is the best possible loss.
"""

from collections.abc import Collection
from itertools import product

import numpy as np
from numpy.typing import NDArray

BASE = 0.5  # P(y_t = 1) if both inputs are 0
EFFECT = {3: 0.5, 8: -0.25}  # what an input of 1 so many steps before adds to it

Sequence = NDArray[np.int32]


def generate(size: int, rng: np.random.Generator) -> tuple[Sequence, Sequence]:
    """Draws an input sequence of fair coins and an output sequence that depends on it.

    P(y_t = 1) = 0.5, plus 0.5 if x_{t-3} = 1, minus 0.25 if x_{t-8} = 1; inputs before the start
    count as 0.

    Args:
      size: number of symbols, at least 1.
      rng: where chance comes from.

    Returns:
      x and y, each [size] int32 of zeros and ones.

    Raises:
      ValueError: if `size` is less than 1.

    >>> x, y = generate(1000, np.random.default_rng(1))
    >>> rule = (x[5:-3] == 1) & (x[:-8] == 0)  # then y is certain
    >>> x.shape, y.shape, y[8:][rule].all().item()
    ((1000,), (1000,), True)
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}. Ask for one symbol or more.")
    x = rng.integers(2, size=size, dtype=np.int32)
    probability = np.full(size, BASE)
    for lag, effect in EFFECT.items():
        probability[lag:] += effect * x[: max(size - lag, 0)]
    return x, (rng.random(size) < probability).astype(np.int32)


def expected_loss(known_lags: Collection[int]) -> float:
    """The lowest cross-entropy that can be expected of a model that knows some of the inputs.

    Args:
      known_lags: which of the inputs 3 and 8 steps before the model can use.

    Returns:
      Nats per symbol.

    Raises:
      ValueError: if another lag is among them.

    >>> [round(expected_loss(lags), 4) for lags in ((), (3,), (8,), (3, 8))]
    [0.6616, 0.5192, 0.6277, 0.4545]
    """
    if not set(known_lags) <= set(EFFECT):
        raise ValueError(
            f"known_lags must be some of {sorted(EFFECT)}, got {sorted(known_lags)}. No other "
            "input has an effect: leave the others out."
        )
    seen = [EFFECT[lag] for lag in EFFECT if lag in known_lags]
    hidden = sum(effect / 2 for lag, effect in EFFECT.items() if lag not in known_lags)
    contexts = product((0, 1), repeat=len(seen))
    return float(np.mean([_entropy(BASE + hidden + np.dot(bits, seen)) for bits in contexts]))


def _entropy(p: float) -> float:
    """The entropy of a coin in nats; 0 · log 0 counts as 0."""
    return -sum(q * np.log(q) for q in (p, 1 - p) if q > 0)
