"""The check of a network that reads handwritten digits row by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array
from course_utils.checks.engine.report import Report
from course_utils.data import mnist

# Logistic regression on the pixels gets 0.76 to 0.81 of the moved digits right, whatever the seed;
# a test fits it. Nothing is fitted here: the check runs in processes that are forked, and
# scikit-learn's threads do not survive that.
BASELINE = 0.82
LEAST_OF_A_CLASS = 0.4  # share of each digit's images that have to be recognised
KNOWN = 200  # digits of the training part on which a look-up is found out
PARTS = (slice(0, 500), slice(500, 1000))  # of the images: a misconception shows in both


Part = tuple["Reading", slice]


def check_mnist_rows(predict_digits: Any, seeds: Sequence[int] = (1,)) -> Report:
    """Checks the labels of the 1,000 held-out digits, each moved by a pixel.

    Args:
      predict_digits: the function.
      seeds: of the moves.
    """
    check = Check(load_exercises("classification_and_labelling")["mnist-rows"])
    answer, digits = subject(predict_digits, "predict_digits"), mnist.load()
    readings = [Reading(answer, digits, seed) for seed in seeds]
    parts = [(reading, part) for reading in readings for part in PARTS]

    def try_labels(case: Part) -> None:
        case[0].read(case[1])

    def try_share(case: Part) -> None:
        case[0].check_share(case[1])

    def try_classes(case: Part) -> None:
        case[0].check_classes()

    def try_few(case: Part) -> None:
        case[0].check_few(case[1])

    whole = "there is one whole number from 0 to 9 for each image"
    labels = check.each(whole, parts, try_labels)
    enough = f"of held-out digits, moved by a pixel, {BASELINE:.0%} or more are right"
    share = check.each(enough, parts, try_share, [labels])
    each = f"of each digit from 0 to 9, {LEAST_OF_A_CLASS:.0%} or more are recognised"
    check.each(each, parts, try_classes, [share])
    alone = "an image is read alike, whatever else is in the batch"
    check.each(alone, parts, try_few, [labels])
    return check.report()


class Reading:
    """What an answer makes of the held-out digits, each moved by a pixel.

    Args:
      answer: the student's function.
      digits: the data.
      seed: of the moves.
    """

    def __init__(self, answer: Subject, digits: mnist.Digits, seed: int) -> None:
        self._answer, self._digits = answer, digits
        self._images = mnist.nudge(digits.test_images, np.random.default_rng(seed))

    def read(self, part: slice) -> np.ndarray:
        """The labels that the answer gives to a part of the images, [n].

        Raises:
          Failed: if they are no labels.
          AnswerError: if there are none.
        """
        try:
            return _labels(self._answer, self._images[part])
        except AnswerError as error:
            if not error.blank and self._knows_the_file(part):
                raise Failed(str(error), "remembers-the-file") from None
            raise

    @cached_property
    def predicted(self) -> np.ndarray:
        """The labels of all images; the answer is asked once."""
        return np.concatenate([self.read(part) for part in PARTS])

    @cached_property
    def _share(self) -> float:
        return float(np.mean(self.predicted == self._digits.test_labels))

    def check_share(self, part: slice) -> None:
        """Failed if too few of all labels are right; a part tells why."""
        if self._share < BASELINE:
            told = f"{self._share:.0%} of {len(self._images)} are right."
            raise Failed(told, self._reason(part))

    def check_classes(self) -> None:
        """Failed if hardly an image of some digit is recognised."""
        for digit in range(10):
            found = np.mean(self.predicted[self._digits.test_labels == digit] == digit)
            if found < LEAST_OF_A_CLASS:
                raise Failed(f"Of the images of a {digit} only {found:.0%} are right.")

    def check_few(self, part: slice) -> None:
        """Failed if a few images, in another order, get other labels."""
        few = _labels(self._answer, self._images[part][6::-1])
        if not np.array_equal(few, self.predicted[part][6::-1]):
            raise Failed("Seven images get other labels among themselves than in a batch.")

    def _reason(self, part: slice) -> str | None:
        """Why so few of a part are right, if it is a known mistake."""
        if self._share < 0.5 and self._knows_the_file(part):
            return "remembers-the-file"
        if self._right(part, self._images[part] * np.float32(255)) >= max(0.5, self._share + 0.2):
            return "scaled-twice"
        if np.ptp(self.predicted[part]) == 0:
            return "constant"
        turned = self._images[part].transpose(0, 2, 1)
        if self._share > 0.3 or max(self._purity(part), self._right(part, turned)) > 0.5:
            return None
        return "untrained" if self._share > 0.03 else None  # by chance it would be a tenth

    def _right(self, part: slice, images: np.ndarray) -> float:
        """The share of right labels if a part's images come in another form."""
        return float(np.mean(_labels(self._answer, images) == self._digits.test_labels[part]))

    def _purity(self, part: slice) -> float:
        """The share of right labels if the answer's labels may stand for others."""
        pairs = np.zeros([10, 10])
        np.add.at(pairs, (self.predicted[part].astype(int), self._digits.test_labels[part]), 1)
        return float(pairs.max(axis=1).sum() / pairs.sum())

    def _knows_the_file(self, part: slice) -> bool:
        """Whether every digit is right that stands in the file just so."""
        known = slice(part.start, part.start + KNOWN)
        try:
            labels = _labels(self._answer, self._digits.train_images[known])
        except (AnswerError, Failed):
            return False
        return np.array_equal(labels, self._digits.train_labels[known])


def _labels(answer: Subject, images: np.ndarray) -> np.ndarray:
    value = answer(images)
    if np.shape(value) == (len(images), 10):
        raise Failed(f"Got ten numbers for each of {len(images)} images.", "scores-for-labels")
    labels = as_array(value, (len(images),), "image")
    for label in labels:
        if label not in range(10):
            raise Failed(f"A label is {label:.3g}, expected whole numbers from 0 to 9.")
    return labels
