"""Sequences whose ones are to be counted. They are drawn at random: there is nothing to load."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 3, 14
FORMS = ("ones", "bits")


class Batch(NamedTuple):
    """Sequences of 0 and 1 with their lengths and counts, all int32.

    Attributes:
      inputs: [batch, 14], what follows a sequence's end is 0.
      sequence_length: [batch], in 3..14, every length equally likely.
      counts: [batch], how many ones each sequence holds.
    """

    inputs: NDArray[np.int32]
    sequence_length: NDArray[np.int32]
    counts: NDArray[np.int32]


def draw(form: str, size: int, rng: np.random.Generator) -> Batch:
    """Draws sequences of one form.

    Args:
      form: "ones", where all steps are 1, so that the count is the length; or "bits", where each
        step is a fair coin and the length gives nothing away.
      size: how many sequences, at least 1.
      rng: where the chance comes from.

    Returns:
      A batch of `size` sequences.

    Raises:
      ValueError: if there is no such form, or `size` is less than 1.

    >>> inputs, sequence_length, counts = draw("ones", 2, np.random.default_rng(1))
    >>> inputs
    array([[1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
           [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]], dtype=int32)
    >>> sequence_length, counts
    (array([8, 9], dtype=int32), array([8, 9], dtype=int32))
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(map(repr, FORMS))}, got {form!r}.")
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}. Draw one sequence or more.")
    sequence_length = rng.integers(SHORTEST, LONGEST + 1, size)
    real = np.arange(LONGEST) < sequence_length[:, np.newaxis]  # [batch, time]
    inputs = real if form == "ones" else real * rng.integers(0, 2, real.shape)
    counts = inputs.sum(axis=1)
    return Batch(*(part.astype(np.int32) for part in (inputs, sequence_length, counts)))
