"""The check of `sequence-loss`: the masked loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, Suspects, as_number, near
from course_utils.checks.engine.report import Report

LARGE, NO_GRADIENT, DEFAULT = "overflow", "no-gradient", "another-default"
EXERCISES = load_exercises("seq2seq")
EXERCISES["sequence-loss"].knowing([LARGE, NO_GRADIENT, DEFAULT])
COUNTING = ("summed", "divided-by-rows", "no-logarithm", "loss-negative", "bits-for-nats")
LOGITS = [n / 2 for n in range(-8, 9)]
Block = tuple[int, int, int]  # batch, time, vocabulary
BLOCKS: Sequence[Block] = ((2, 3, 6), (1, 4, 6), (5, 3, 9), (3, 6, 5), (4, 5, 7))
EOS, FIRST_WORD = 3, 4


def check_sequence_loss(
    sequence_loss: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks the mean cross-entropy of sentences of unequal lengths.

    Args:
      sequence_loss: the function.
      seeds: of the logits and the targets.
      sizes: batch, time, vocabulary; time is at least 3.
    """
    check = Check(EXERCISES["sequence-loss"])
    answer = subject(sequence_loss, "sequence_loss")
    cases = [_Case(size, seed) for size in sizes for seed in seeds]

    def try_value(case: _Case) -> None:
        value = answer(case.logits, case.targets)
        if not case.is_loss(value) and case.is_loss(answer(case.logits, case.targets, pad=0)):
            raise Failed("With pad=0 it is right, and without pad it is not.", DEFAULT)
        near(value, case.loss(), case.mistakes())

    def try_even(case: _Case) -> None:
        near(answer(case.logits, case.targets), np.log(case.logits.shape[2]), case.even())

    def try_pad(case: _Case) -> None:
        near(answer(case.logits, case.targets, pad=case.pad), case.loss(), case.mistakes())

    def try_large(case: _Case) -> None:
        value = answer(case.logits, case.targets)
        if np.size(value) == 1 and not np.isfinite(value).all():
            raise Failed(f"Got {np.ravel(value)[0]}, expected {case.loss():.6g}.", LARGE)
        near(value, case.loss())

    def try_gradient(case: _Case) -> None:
        _check_gradient(answer, case)

    check.each("equal logits cost log(vocabulary)", [case.scaled(0) for case in cases], try_even)
    full = [case.without_padding() for case in cases]
    check.each("without padding it is the mean over all tokens", full, try_value)
    name = "padding does not count, every other token counts as much"
    value = check.each(name, cases, try_value)
    others = [case.padded_by(2) for case in cases]
    others = [case for case in others if (case.targets > case.pad).any()]
    check.each("another padding id can be named", others, try_pad, [value])
    large = [case.scaled(1000) for case in cases]
    check.each("logits of a thousand do not break it", large, try_large, [value])
    check.each("a gradient gets to the logits", cases[:2], try_gradient)
    return check.report()


def _check_gradient(answer: Subject, case: _Case) -> None:
    """Checks that a gradient gets to the logits."""
    (found,) = answer.probe("gradients", case.logits, case.targets)
    if found is None:
        apart = abs(as_number(answer(case.logits, case.targets)) - case.loss())
        known = NO_GRADIENT if apart < TOLERANCE else None  # else it need not know the logits
        raise Failed("The loss has no gradient for the logits.", known)
    if not np.any(found):
        raise Failed("The gradient for the logits is zero.")


class _Case:
    """Random logits, and targets of unequal lengths that end in EOS.

    Args:
      size: batch, time, vocabulary.
      seed: of the numbers.
    """

    def __init__(self, size: Block, seed: int) -> None:
        batch, time, vocabulary = size
        rng = np.random.default_rng([seed, *size])
        self.pad = 0
        self.logits = rng.choice(LOGITS, size).astype(np.float32)
        self.targets = rng.integers(FIRST_WORD, vocabulary, [batch, time]).astype(np.int32)
        ends = (np.arange(batch) + seed) % (time - 1)  # position of EOS; nobody reaches the last
        self.targets[np.arange(batch), ends] = EOS
        self.targets[np.arange(time) > ends[:, np.newaxis]] = self.pad

    def without_padding(self) -> _Case:
        """The same without a 0 among the targets: EOS stands in its place."""
        return self._with(targets=np.where(self.targets == self.pad, EOS, self.targets))

    def padded_by(self, pad: int) -> _Case:
        """The same with another padding, and 0 and 1 as words like others."""
        targets = np.where(self.targets == self.pad, pad, self.targets)
        targets[targets == EOS] = 0
        targets[targets == FIRST_WORD] = 1
        return self._with(targets=targets, pad=pad)

    def scaled(self, factor: float) -> _Case:
        """The same with logits of another size."""
        return self._with(logits=self.logits * np.float32(factor))

    def _with(self, **changes: Any) -> _Case:
        case = object.__new__(_Case)
        case.__dict__ = {**self.__dict__, **changes}
        return case

    def loss(self) -> float:
        return float(self._losses()[self._real()].mean())

    def is_loss(self, value: Any) -> bool:
        return abs(as_number(value) - self.loss()) <= TOLERANCE * max(1.0, self.loss())

    def even(self) -> Suspects:
        """What mistakes give for equal logits."""
        return [(slug, value) for slug, value in self.mistakes() if slug in COUNTING]

    def mistakes(self) -> list[tuple[str, float]]:
        losses, real = self._losses(), self._real()
        last = real & ~np.pad(real[:, 1:], [(0, 0), (0, 1)])
        twice = -log_softmax(softmax(self.logits.astype(float), axis=2), axis=2)
        over_batch, over_time = (-log_softmax(self.logits.astype(float), axis=i) for i in (0, 1))
        rows = np.sum(losses * real, axis=1) / np.maximum(1, real.sum(axis=1))
        return [
            ("padding-counted", losses.mean()),
            ("padding-counted", (losses * real).mean()),
            ("padding-counted", losses.sum() / real.sum()),
            ("padding-counted", (losses * real).mean(axis=1).mean()),
            *_mean_of("eos-ignored", losses, real & (self.targets != EOS)),
            *_mean_of("eos-ignored", losses, real & (self.targets > (-1 if self.pad else EOS))),
            *_mean_of("eos-ignored", losses, real & ~last),
            *_mean_of("mask-inverted", losses, ~real),
            *_mean_of("first-word-only", losses[:, :1], real[:, :1]),
            ("loss-negative", -self.loss()),
            ("bits-for-nats", self.loss() / np.log(2)),
            *_mean_of("no-logarithm", 1 - np.exp(-losses), real),
            *_mean_of("no-logarithm", -np.exp(-losses), real),
            *_mean_of("softmax-over-another-axis", self._picked(over_time), real),
            *_mean_of("softmax-over-another-axis", self._picked(over_batch), real),
            ("mean-of-row-means", rows.mean()),
            ("summed", (losses * real).sum()),
            ("divided-by-rows", (losses * real).sum() / len(losses)),
            *_mean_of("probabilities-for-logits", self._picked(twice), real),
            *_mean_of("smaller-ids-ignored", losses, self.targets > self.pad),
            *_mean_of("pad-fixed", losses, self.targets != 0),
        ]

    def _real(self) -> np.ndarray:
        return self.targets != self.pad

    def _losses(self) -> np.ndarray:
        return self._picked(-log_softmax(self.logits.astype(float), axis=2))

    def _picked(self, of_words: np.ndarray) -> np.ndarray:
        return np.take_along_axis(of_words, self.targets[..., np.newaxis], axis=2)[..., 0]


def _mean_of(slug: str, losses: np.ndarray, mask: np.ndarray) -> list[tuple[str, float]]:
    return [(slug, float(losses[mask].mean()))] if mask.any() else []
