"""The check of a network that reads handwritten digits row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.boundary import AnswerError, Subject, subject
from course_utils.checks.check import Check, Failed, load_exercises
from course_utils.checks.compare import as_array
from course_utils.checks.report import Report
from course_utils.data import mnist

# Logistic regression on the pixels gets 0.78 to 0.81 of the moved digits right, whatever the seed;
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
    answer = subject(predict_digits, "predict_digits")
    digits = mnist.load()
    labels = digits.test_labels
    moved = [mnist.nudge(digits.test_images, np.random.default_rng(seed)) for seed in seeds]

    with check.property("there is one whole number from 0 to 9 for each image"):
        for images in moved:
            _labels(answer, images, digits)
    with check.property(f"of held-out digits, moved by a pixel, {BASELINE:.0%} or more are right"):
        for images in moved:
            _check_share(answer, images, digits)
    with check.property("no digit from 0 to 9 is overlooked"):
        for images in moved:
            predicted = _check_share(answer, images, digits)
            for digit in range(10):
                found = np.mean(predicted[labels == digit] == digit)
                if found < LEAST_OF_A_CLASS:
                    raise Failed(f"Of the images of a {digit} only {found:.0%} are right.")
    with check.property("each image is read by itself, whatever else is in the batch"):
        for images in moved:
            predicted = _check_share(answer, images, digits)
            few = _labels(answer, images[6::-1], digits)
            if not np.array_equal(few, predicted[6::-1]):
                raise Failed("Seven images get other labels among themselves than in a batch.")
    return check.report()


def _labels(answer: Subject, images: np.ndarray, digits: mnist.Digits) -> np.ndarray:
    try:
        value = answer(images)
    except AnswerError as error:
        if not error.blank and _knows_the_file(answer, digits):
            raise Failed(str(error), "remembers-the-file") from None
        raise
    slug = "scores-for-labels" if np.shape(value) == (len(images), 10) else None
    try:
        labels = as_array(value, (len(images),), "image")
    except Failed as failure:
        raise Failed(failure.detail, slug) from None
    for label in labels:
        if label not in range(10):
            raise Failed(f"A label is {label:.3g}, expected whole numbers from 0 to 9.")
    return labels


def _check_share(answer: Subject, images: np.ndarray, digits: mnist.Digits) -> np.ndarray:
    """The labels; Failed if too few of them are right."""
    predicted = _labels(answer, images, digits)
    share = np.mean(predicted == digits.test_labels)
    if share < BASELINE:
        raise Failed(
            f"{share:.0%} of {len(images)} are right.",
            _why_wrong(answer, images, predicted, digits),
        )
    return predicted


def _why_wrong(
    answer: Subject, images: np.ndarray, predicted: np.ndarray, digits: mnist.Digits
) -> str | None:
    share = np.mean(predicted == digits.test_labels)
    if share < 0.5 and _knows_the_file(answer, digits):
        return "remembers-the-file"
    unscaled = _labels(answer, images * np.float32(255), digits)
    if np.mean(unscaled == digits.test_labels) >= max(0.5, share + 0.2):
        return "scaled-twice"
    if np.ptp(predicted) == 0:
        return "constant"
    return "untrained" if share < 0.3 else None


def _knows_the_file(answer: Subject, digits: mnist.Digits) -> bool:
    """Whether every digit is right that stands in the file just so."""
    try:
        value = answer(digits.train_images[:KNOWN])
        return np.array_equal(as_array(value, (KNOWN,)), digits.train_labels[:KNOWN])
    except (AnswerError, Failed):
        return False
