"""The adding task: two numbers of a long sequence are marked, and their sum is asked for.

Generated here. Hochreiter and Schmidhuber made it up for the first paper on LSTMs: a network can
guess well only if it keeps a number, not just a bit, over many steps.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CHANCE = 1 / 6  # mean squared error of always guessing 1: twice the variance of one number, 1/12


class Sums(NamedTuple):
    """Sequences and what they sum up to.

    Attributes:
      inputs: [batch, time, 2] float32: a number in 0..1, and whether it is marked, 0 or 1.
      sums: [batch] float32, the sum of the two marked numbers.
    """

    inputs: NDArray[np.float32]
    sums: NDArray[np.float32]


def draw(batch_size: int, timesteps: int, rng: np.random.Generator) -> Sums:
    """Draws sequences with one marked number in each half.

    Args:
      batch_size: number of sequences.
      timesteps: their length, at least 2.
      rng: where all chance comes from.

    Raises:
      ValueError: if `timesteps` is less than 2.

    >>> batch = draw(4, 10, np.random.default_rng(1))
    >>> batch.inputs.shape, batch.inputs[:, :, 1].sum(axis=1).tolist()
    ((4, 10, 2), [2.0, 2.0, 2.0, 2.0])
    """
    if timesteps < 2:
        raise ValueError(f"timesteps must be at least 2, a step for each mark; got {timesteps}.")
    numbers, marks = rng.random([batch_size, timesteps]), np.zeros([batch_size, timesteps])
    middle = timesteps // 2
    for start, stop in ((0, middle), (middle, timesteps)):
        marks[np.arange(batch_size), rng.integers(start, stop, size=batch_size)] = 1
    inputs = np.stack([numbers, marks], axis=2).astype(np.float32)
    return Sums(inputs, np.sum(inputs[:, :, 0] * inputs[:, :, 1], axis=1))
