"""The check of `sequence-loss`: the masked loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import Suspects, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("seq2seq")
Block = tuple[int, int, int]  # batch, time, vocabulary
BLOCKS: Sequence[Block] = ((4, 5, 7), (3, 6, 5), (5, 3, 9), (1, 4, 6))
EOS = 3


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
    with check.property("equal logits cost log(vocabulary)"):
        for case in cases:
            near(answer(0 * case.logits, case.targets), np.log(case.logits.shape[2]), case.even())
    with check.property("without padding it is the mean over all tokens"):
        for case in cases:
            full = case.without_padding()
            near(answer(full.logits, full.targets), full.loss(), full.mistakes())
    with check.property("padding does not count, every other token counts as much"):
        for case in cases:
            near(answer(case.logits, case.targets), case.loss(), case.mistakes())
    with check.property("another padding id can be named"):
        for case in cases:
            near(answer(case.logits, case.targets), case.loss(), case.mistakes())
            with blames("pad-fixed"):
                other = case.padded_by(2)
                near(answer(other.logits, other.targets, pad=2), other.loss(), other.mistakes())
    with check.property("logits of a thousand do not break it"):
        for case in cases:
            near(answer(case.logits, case.targets), case.loss(), case.mistakes())
            large = case.scaled(1000)
            with blames("overflow"):
                near(answer(large.logits, large.targets), large.loss(), large.mistakes())
    return check.report()


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
        self.logits = rng.normal(size=size).astype(np.float32) * 2
        self.targets = rng.integers(4, vocabulary, [batch, time]).astype(np.int32)
        ends = (np.arange(batch) + seed) % (time - 1)  # position of EOS; nobody reaches the last
        self.targets[np.arange(batch), ends] = EOS
        self.targets[np.arange(time) > ends[:, np.newaxis]] = self.pad

    def without_padding(self) -> _Case:
        """The same without a 0 among the targets: EOS stands in its place."""
        return self._with(targets=np.where(self.targets == self.pad, EOS, self.targets))

    def padded_by(self, pad: int) -> _Case:
        """The same with another padding, and 0 as a word like others."""
        targets = np.where(self.targets == self.pad, pad, self.targets)
        targets[targets == EOS] = 0
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

    def even(self) -> Suspects:
        """What mistakes give for equal logits."""
        case = self.scaled(0)
        counting = ("summed", "divided-by-rows", "probabilities-for-logits")
        return [(slug, value) for slug, value in case.mistakes() if slug in counting]

    def mistakes(self) -> list[tuple[str, float]]:
        losses, real = self._losses(), self._real()
        last = real & ~np.pad(real[:, 1:], [(0, 0), (0, 1)])
        twice = -log_softmax(softmax(self.logits.astype(float), axis=2), axis=2)
        rows = np.sum(losses * real, axis=1) / np.maximum(1, real.sum(axis=1))
        return [
            ("padding-counted", losses.mean()),
            ("padding-counted", (losses * real).mean()),
            ("padding-counted", losses.sum() / real.sum()),
            ("padding-counted", (losses * real).mean(axis=1).mean()),
            *_mean_of("eos-ignored", losses, real & (self.targets != EOS)),
            *_mean_of("eos-ignored", losses, real & (self.targets > EOS)),
            *_mean_of("eos-ignored", losses, real & ~last),
            ("mean-of-row-means", rows.mean()),
            ("summed", (losses * real).sum()),
            ("divided-by-rows", (losses * real).sum() / len(losses)),
            *_mean_of("probabilities-for-logits", self._picked(twice), real),
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
