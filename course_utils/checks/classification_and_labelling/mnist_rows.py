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


def check_mnist_rows(predict_digits: Any, seeds: Sequence[int] = (1,)) -> Report:
    """Checks the labels of the 1,000 held-out digits, each moved by a pixel.

    Args:
      predict_digits: the function.
      seeds: of the moves.
    """
    check = Check(load_exercises("classification_and_labelling")["mnist-rows"])
    answer, digits = subject(predict_digits, "predict_digits"), mnist.load()
    readings = [Reading(answer, digits, seed) for seed in seeds]
    with check.property("there is one whole number from 0 to 9 for each image"):
        for reading in readings:
            _ = reading.predicted
    with check.property(f"of held-out digits, moved by a pixel, {BASELINE:.0%} or more are right"):
        for reading in readings:
            reading.check_share()
    with check.property("no digit from 0 to 9 is overlooked"):
        for reading in readings:
            reading.check_share()
            reading.check_classes()
    with check.property("each image is read by itself, whatever else is in the batch"):
        for reading in readings:
            reading.check_share()
            reading.check_few()
    return check.report()


class Reading:
    """What an answer makes of the held-out digits, each moved by a pixel; it is asked once.

    Args:
      answer: the student's function.
      digits: the data.
      seed: of the moves.
    """

    def __init__(self, answer: Subject, digits: mnist.Digits, seed: int) -> None:
        self._answer, self._digits = answer, digits
        self._images = mnist.nudge(digits.test_images, np.random.default_rng(seed))

    @cached_property
    def predicted(self) -> np.ndarray:
        """The labels that the answer gives, [n].

        Raises:
          Failed: if they are no labels.
          AnswerError: if there are none.
        """
        try:
            return _labels(self._answer, self._images)
        except AnswerError as error:
            if not error.blank and self._knows_the_file:
                raise Failed(str(error), "remembers-the-file") from None
            raise

    @cached_property
    def _share(self) -> float:
        return float(np.mean(self.predicted == self._digits.test_labels))

    def check_share(self) -> None:
        """Failed if too few labels are right."""
        if self._share < BASELINE:
            raise Failed(f"{self._share:.0%} of {len(self._images)} are right.", self._reason)

    def check_classes(self) -> None:
        """Failed if hardly an image of some digit is recognised."""
        for digit in range(10):
            found = np.mean(self.predicted[self._digits.test_labels == digit] == digit)
            if found < LEAST_OF_A_CLASS:
                raise Failed(f"Of the images of a {digit} only {found:.0%} are right.")

    def check_few(self) -> None:
        """Failed if a few images, in another order, get other labels."""
        few = _labels(self._answer, self._images[6::-1])
        if not np.array_equal(few, self.predicted[6::-1]):
            raise Failed("Seven images get other labels among themselves than in a batch.")

    @cached_property
    def _reason(self) -> str | None:
        """Why so few are right, if it is a known mistake."""
        if self._share < 0.5 and self._knows_the_file:
            return "remembers-the-file"
        unscaled = _labels(self._answer, self._images * np.float32(255))
        if np.mean(unscaled == self._digits.test_labels) >= max(0.5, self._share + 0.2):
            return "scaled-twice"
        if np.ptp(self.predicted) == 0:
            return "constant"
        return "untrained" if self._share < 0.3 else None

    @cached_property
    def _knows_the_file(self) -> bool:
        """Whether every digit is right that stands in the file just so."""
        try:
            labels = _labels(self._answer, self._digits.train_images[:KNOWN])
        except (AnswerError, Failed):
            return False
        return np.array_equal(labels, self._digits.train_labels[:KNOWN])


def _labels(answer: Subject, images: np.ndarray) -> np.ndarray:
    value = answer(images)
    if np.shape(value) == (len(images), 10):
        raise Failed(f"Got ten numbers for each of {len(images)} images.", "scores-for-labels")
    labels = as_array(value, (len(images),), "image")
    for label in labels:
        if label not in range(10):
            raise Failed(f"A label is {label:.3g}, expected whole numbers from 0 to 9.")
    return labels
