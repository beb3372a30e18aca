"""Loss and error over the real steps: what they should be, and what known mistakes give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

StepsSize = tuple[int, int, int]  # batch, time, classes
# Batch, time, classes; in the first two each mistake gives a number of its own.
STEPS: Sequence[StepsSize] = ((5, 6, 3), (3, 7, 3), (2, 3, 3), (5, 3, 4), (2, 1, 3), (4, 4, 4))
PADDING = 1e4  # size of logits past the end, if they are others
Wrong = list[tuple[str, float]]


@dataclass(frozen=True)
class Steps:
    """Logits, labels and lengths, all drawn from one seed.

    Attributes:
      size: batch, time, classes.
      seed: of the numbers.
      scale: what the logits are multiplied by.
      padding: whether logits and labels past each sequence's end are others.
      shift: if it is given, each label is the class of the largest logit, so many further on.
    """

    size: StepsSize
    seed: int
    scale: float = 1.0
    padding: bool = False
    shift: int | None = None

    @cached_property
    def full(self) -> np.ndarray:
        """[batch] times the number of steps."""
        return np.full(self.size[0], self.size[1], dtype=np.int32)

    @cached_property
    def lengths(self) -> np.ndarray:
        """[batch] from 1 to time; they differ, and the first is short if it can be."""
        batch, time, _ = self.size
        return (1 + (2 * np.arange(batch) + self.seed % max(time - 1, 1)) % time).astype(np.int32)

    @cached_property
    def lengths_with_an_empty_one(self) -> np.ndarray:
        """The same, but the last sequence has no step."""
        return np.append(self.lengths[:-1], 0).astype(np.int32)

    @cached_property
    def logits(self) -> np.ndarray:
        """[batch, time, classes]."""
        # All different, so that the largest logit of a step is a single one.
        drawn = self._rng(0).choice(np.arange(-300, 300), self.size, replace=False) / 100
        other = self._rng(1).choice([-PADDING, PADDING], self.size)
        past = self._past[..., np.newaxis] & self.padding
        return (self.scale * np.where(past, other, drawn)).astype(np.float32)

    @cached_property
    def labels(self) -> np.ndarray:
        """[batch, time] in 0..classes - 1, about half of them the class of the largest logit."""
        largest, classes = self.logits.argmax(axis=-1), self.size[2]
        if self.shift is not None:
            right_within = np.where(self._past, largest + 1 - self.shift, largest + self.shift)
            return (right_within % classes).astype(np.int32)
        drawn = self._rng(2).integers(classes, size=largest.shape)
        hit = self._rng(3).random(largest.shape) < 0.5
        labels = np.where(hit, largest, drawn)
        return np.where(self._past & self.padding, (drawn + 1) % classes, labels).astype(np.int32)

    @property
    def _past(self) -> np.ndarray:
        return np.arange(self.size[1]) >= self.lengths[:, np.newaxis]

    def _rng(self, what: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *self.size, what])

    @property
    def has_padding(self) -> bool:
        """Whether a sequence is shorter than the batch."""
        return bool((self.lengths < self.size[1]).any())

    def with_other_padding(self) -> Steps:
        """The same, with other logits and labels past each sequence's end."""
        return replace(self, padding=True)

    def without_the_last(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Logits, labels and lengths of all sequences but the last."""
        return self.logits[:-1], self.labels[:-1], self.lengths[:-1]

    def times(self, scale: float) -> Steps:
        """The same, with larger logits."""
        return replace(self, scale=scale)

    def answered(self, shift: int) -> Steps:
        """The same logits, and labels of which all real ones are right (0) or wrong (1)."""
        return replace(self, shift=shift)

    def loss(self, lengths: np.ndarray) -> float:
        """The mean cross-entropy over the real steps, in nats."""
        return _mean_of_real(_cross_entropies(self.logits, self.labels), lengths)

    def error(self, lengths: np.ndarray) -> float:
        """The share of the real steps at which another class than the label has most."""
        return _mean_of_real(self._wrong, lengths)

    @property
    def _wrong(self) -> np.ndarray:
        return (self.logits.argmax(axis=-1) != self.labels).astype(float)

    def wrong_losses(self, lengths: np.ndarray) -> Wrong:
        """What known mistakes give in place of `loss`."""
        losses, logits = _cross_entropies(self.logits, self.labels), self.logits.astype(float)
        probabilities = np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))
        twice = _cross_entropies(probabilities, self.labels)
        silenced = _cross_entropies(logits * _real(losses, lengths)[..., np.newaxis], self.labels)
        clipped = np.log(logits.clip(1e-7, 1 - 1e-7))  # as Keras does, if it is not told of logits
        unaware = _cross_entropies(clipped, self.labels)
        return [
            ("logits-for-probabilities", _mean_of_real(unaware, lengths)),
            ("softmax-twice", _mean_of_real(twice, lengths)),
            ("padding-counted", silenced.mean()),
            ("summed", np.sum(losses[_real(losses, lengths)])),
            ("wrong-sign", -self.loss(lengths)),
            ("bits", self.loss(lengths) / np.log(2)),
            *self._clipped_losses(lengths),
            *_wrong_means(losses, lengths),
        ]

    def _clipped_losses(self, lengths: np.ndarray) -> Wrong:
        """The losses if a small number keeps the logarithm of a softmax finite."""
        surprise = _cross_entropies(self.logits, self.labels)
        clips = [
            surprise_of
            for tiny in 10.0 ** -np.arange(5, 21)
            for surprise_of in (
                np.minimum(surprise, -np.log(tiny)),
                -np.log(np.exp(-surprise) + tiny),
            )
        ]
        right = self.loss(lengths)
        means = [_mean_of_real(clip, lengths) for clip in clips]
        return [("log-of-softmax", mean) for mean in means if abs(mean - right) > 1] or [
            ("log-of-softmax", right)
        ]

    def wrong_errors(self, lengths: np.ndarray) -> Wrong:
        """What known mistakes give in place of `error`."""
        wrong = self._wrong
        return [
            ("accuracy-for-error", 1 - self.error(lengths)),
            ("count-for-share", np.sum(wrong[_real(wrong, lengths)])),
            *_wrong_means(wrong, lengths),
        ]


def _wrong_means(values: np.ndarray, lengths: np.ndarray) -> Wrong:
    """What becomes of the mean over real steps if they are not told rightly, or badly averaged."""
    real, time = _real(values, lengths), values.shape[1]
    more, fewer = np.minimum(lengths + 1, time), np.maximum(lengths - 1, 0)
    off = [_real(values, n) for n in (more, fewer)]
    wrong = [
        ("padding-counted", values.mean()),
        ("divided-by-all", np.sum(values[real]) / values.size),
        ("divided-by-batch", np.sum(values[real]) / len(values)),
        *_row_means(values, lengths),
        *(("mask-off-by-one", np.sum(values[mask]) / real.sum()) for mask in off),
    ]
    others = [("mask-off-by-one", mask) for mask in off] + [("only-the-padding", ~real)]
    return wrong + [(slug, values[mask].mean()) for slug, mask in others if mask.any()]


def _real(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return np.arange(values.shape[1]) < lengths[:, np.newaxis]


def _mean_of_real(values: np.ndarray, lengths: np.ndarray) -> float:
    """The mean over each row's first steps, gathered one by one."""
    return float(np.mean([v for row, n in zip(values, lengths, strict=True) for v in row[:n]]))


def _cross_entropies(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """[batch, time] in nats: the log of the sum of all, minus the label's own logit."""
    logits = logits.astype(float)
    own = np.take_along_axis(logits, labels[..., np.newaxis], axis=-1)[..., 0]
    return np.logaddexp.reduce(logits, axis=-1) - own


def _row_means(values: np.ndarray, lengths: np.ndarray) -> Wrong:
    """The mean of the sequences' own means; one without steps is left out, or counts as 0."""
    means = [row[:n].mean() for row, n in zip(values, lengths, strict=True) if n]
    return [("mean-of-row-means", np.sum(means) / n) for n in {len(means), len(values)}]
