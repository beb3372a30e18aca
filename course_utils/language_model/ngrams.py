"""N-gram models, interpolated as Witten and Bell did, from sorted tables of integers.

A run of n ids is one number to the base `size`. So counting is sorting, and millions of characters
take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]


class _Table(NamedTuple):
    """What was counted of runs of one length; all sorted by run or by context."""

    runs: Ids
    counts: Ids
    contexts: Ids  # runs without their last id
    totals: Ids  # how often something followed the context
    kinds: Ids  # how many different ids did

    @classmethod
    def of(cls, runs: Ids, size: int) -> _Table:
        """Counts runs of ids, written as numbers to the base `size`."""
        runs, counts = np.unique(runs, return_counts=True)
        contexts, first = np.unique(runs // size, return_index=True)
        totals = np.add.reduceat(counts, first) if len(first) else counts
        return cls(runs, counts, contexts, totals, np.diff(first, append=len(runs)))

    def mixed(self, runs: Ids, size: int, shorter: Floats) -> Floats:
        """Probabilities of the runs' last ids, mixed with those of the shorter context."""
        n = _looked_up(self.runs, self.counts, runs)
        total = _looked_up(self.contexts, self.totals, runs // size)
        kinds = _looked_up(self.contexts, self.kinds, runs // size)
        return np.where(total > 0, (n + kinds * shorter) / np.maximum(total + kinds, 1), shorter)


def _looked_up(keys: Ids, values: Ids, wanted: Ids) -> Ids:
    """The value of each wanted key, 0 where it is not there."""
    if not len(keys):
        return np.zeros_like(wanted)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0)


class NGrams:
    """An n-gram model of ids, and all models of lower orders within it.

    The probability of an id x after a context is (n(context, x) + t(context) P) / (n(context) +
    t(context)), with the counts n, the number t of different ids that followed the context, and the
    probability P of x after the context without its first id. Below order 1 all ids are alike.

    Args:
      ids: [time], the text to learn from.
      order: how many ids make a run, the predicted one included; at least 1.
      size: number of different ids.

    Raises:
      ValueError: if an id is not in 0..size - 1, `order` is less than 1, or runs of `order` ids do
        not fit into a number of 63 bits.

    >>> model = NGrams([0, 1, 0, 1, 0], order=2, size=3)
    >>> model.predict([0]).round(4), model.entries
    (array([0.1746, 0.7937, 0.0317]), 4)
    """

    def __init__(self, ids: ArrayLike, order: int, size: int) -> None:
        text = np.asarray(ids, np.int64)
        if order < 1 or float(size) ** order >= 2.0**63:
            raise ValueError(
                f"order must be at least 1, and {size} to the power of it below 2 to the 63rd; got "
                f"{order}."
            )
        if text.size and not 0 <= text.min() <= text.max() < size:
            raise ValueError(
                f"ids must be in 0..{size - 1}, got {text.min()}..{text.max()}. Pass their number "
                "as `size`."
            )
        self.size = size
        self._tables = [_Table.of(_runs(text, n, size), size) for n in range(1, order + 1)]

    @property
    def entries(self) -> int:
        """How many counts the tables hold, all orders together."""
        return sum(len(table.runs) for table in self._tables)

    def predict(self, context: Sequence[int]) -> Floats:
        """[size] probabilities after a list of ids; the last order - 1 of them count."""
        shorter = np.full(self.size, 1 / self.size)
        for n, table in enumerate(self._tables[: len(context) + 1]):
            start = 0
            for i in context[len(context) - n :]:
                start = start * self.size + int(i)
            shorter = table.mixed(start * self.size + np.arange(self.size), self.size, shorter)
        return shorter

    def probabilities(self, ids: ArrayLike) -> Floats:
        """How likely each id of a text was, given those before it.

        Args:
          ids: [time].

        Returns:
          [order, time]; row k is of the model of order k + 1.

        >>> NGrams([0, 1, 0, 1, 0], order=2, size=3).probabilities([0, 1]).round(4)
        array([[0.5238, 0.381 ],
               [0.5238, 0.7937]])
        """
        text = np.asarray(ids, np.int64)
        of_order = [np.full(len(text), 1 / self.size)]
        for n, table in enumerate(self._tables):
            p = of_order[-1].copy()
            p[n:] = table.mixed(_runs(text, n + 1, self.size), self.size, p[n:])
            of_order.append(p)
        return np.array(of_order[1:])


def _runs(ids: Ids, n: int, size: int) -> Ids:
    """Each run of n ids as a number to the base `size`."""
    count = max(len(ids) - n + 1, 0)
    runs = np.zeros(count, np.int64)
    for i in range(n):
        runs = runs * size + ids[i : i + count]
    return runs


def ngram_model(ids: ArrayLike, order: int, size: int) -> Callable[[Sequence[int]], Floats]:
    """The `predict` of an `NGrams` model."""
    return NGrams(ids, order, size).predict
