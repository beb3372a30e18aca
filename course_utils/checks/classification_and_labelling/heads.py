"""Two heads on top of a network's outputs: what they should give, and what known mistakes give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

HeadSize = tuple[int, int, int, int]  # batch, time, units, classes
# Batch, time, units, classes: first small ones, all unequal where that matters; then some sizes
# of 1, and all equal.
HEADS: Sequence[HeadSize] = (
    (2, 3, 1, 2),
    (3, 4, 2, 2),
    (4, 3, 5, 2),
    (3, 5, 2, 4),
    (1, 4, 3, 2),
    (2, 1, 4, 3),
    (3, 3, 3, 3),
)
NUMBERS = [n / 100 for n in range(-99, 100) if n]
Wrong = list[tuple[str, np.ndarray]]


@dataclass(frozen=True)
class Head:
    """Outputs, lengths and weights, all drawn from one seed.

    Attributes:
      size: batch, time, units, classes.
      seed: of the numbers.
      scale: what weight and bias are multiplied by.
      padding: a number that is added to the outputs past each sequence's end.
    """

    size: HeadSize
    seed: int
    scale: float = 1.0
    padding: float = 0.0

    @property
    def time(self) -> int:
        """The number of steps."""
        return self.size[1]

    @cached_property
    def lengths(self) -> np.ndarray:
        """[batch] from 1 to time; the first is short if there are several steps."""
        batch, time = self.size[:2]
        return (1 + (np.arange(batch) + self.seed % max(time - 1, 1)) % time).astype(np.int32)

    @cached_property
    def outputs(self) -> np.ndarray:
        """[batch, time, units]."""
        drawn = self._draw(0, self.size[:3])
        past = np.arange(self.time) >= self.lengths[:, np.newaxis]
        return (drawn + self.padding * past[..., np.newaxis]).astype(np.float32)

    @cached_property
    def weight(self) -> np.ndarray:
        """[units, classes]."""
        return self._draw(1, self.size[2:]) * np.float32(self.scale)

    @cached_property
    def bias(self) -> np.ndarray:
        """[classes]."""
        return self._draw(2, self.size[3:]) * np.float32(self.scale)

    def _draw(self, what: int, shape: tuple[int, ...]) -> np.ndarray:
        rng = np.random.default_rng([self.seed, *self.size, what])
        return rng.choice(NUMBERS, shape).astype(np.float32)

    def with_other_padding(self) -> Head:
        """The same, with other outputs past each sequence's end."""
        return replace(self, padding=3.0)

    def doubled(self) -> Head:
        """The same, with twice the weight and bias."""
        return replace(self, scale=2.0)

    def labelled(self) -> np.ndarray:
        """The logits of every step, [batch, time, classes], added up term by term."""
        terms = self.outputs[..., np.newaxis].astype(float) * self.weight  # [b, t, units, classes]
        return terms.sum(axis=2) + self.bias

    def classified(self, lengths: np.ndarray) -> np.ndarray:
        """The logits of each sequence's last step, [batch, classes]."""
        return np.stack([row[n - 1] for row, n in zip(self.labelled(), lengths, strict=True)])

    def wrongly_classified(self, lengths: np.ndarray) -> Wrong:
        """What known mistakes give in place of `classified`."""
        every, right = self.labelled(), self.classified(lengths)
        rows = np.arange(len(lengths))
        wrapped = lengths % self.time
        real_means = np.stack([row[:n].mean(axis=0) for row, n in zip(every, lengths, strict=True)])
        return [
            ("last-column", every[:, -1]),
            ("length-as-index", every[rows, np.minimum(lengths, self.time - 1)]),
            ("length-as-index", every[rows, wrapped]),
            ("mean-over-time", every.mean(axis=1)),
            ("mean-over-time", real_means),
            *_finished("softmax-applied", right),
            ("no-bias", right - self.bias),
        ]

    def wrongly_labelled(self) -> Wrong:
        """What known mistakes give in place of `labelled`."""
        right = self.labelled()
        swapped = right.swapaxes(0, 1)  # [time, batch, classes]
        return [
            ("transposed-axes", swapped),
            ("transposed-axes", swapped.reshape(right.shape)),
            ("transposed-axes", right.reshape(swapped.shape)),
            ("transposed-axes", right.reshape(swapped.shape).swapaxes(0, 1)),
            ("transposed-axes", right.transpose(0, 2, 1)),
            *_finished("softmax-applied", right),
            ("no-bias", right - self.bias),
        ]


def _finished(slug: str, logits: np.ndarray) -> Wrong:
    """Probabilities, and their logarithms, in place of logits."""
    log_softmax = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    return [(slug, np.exp(log_softmax)), (slug, log_softmax)]
