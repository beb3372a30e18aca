"""The check of `build-classifier`: a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report
from course_utils.checks.keras_rnn_api.keras_subjects import (
    made,
    shake,
    tried,
    weights_of,
)

ClassifierSize = tuple[int, int, int, int]  # vocabulary, embedding, units, classes
CLASSIFIERS: Sequence[ClassifierSize] = ((11, 3, 5, 4), (7, 4, 2, 3))
EXERCISES = load_exercises("keras_rnn_api")
IN_THE_MODEL = "softmax-in-the-model"
EXERCISES["build-classifier"].knowing([IN_THE_MODEL])
MOVED = 1e-5  # a smaller change is none
LOUD = 8.0  # makes weights so large that hardly any logit stays within 0..1


def check_build_classifier(
    build_classifier: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[ClassifierSize] = CLASSIFIERS,
) -> Report:
    """Checks a model's logits, its sizes, and what it makes of padding and of order.

    Args:
      build_classifier: the function.
      seeds: of the ids and of the noise on the weights; one for each size, in turn.
      sizes: vocabulary, embedding, units, classes.
    """
    check = Check(EXERCISES["build-classifier"])
    answer = subject(build_classifier, "build_classifier")
    cases = [_Classifier(answer, size, seeds[i % len(seeds)]) for i, size in enumerate(sizes)]
    properties: dict[str, Callable[[_Classifier], None]] = {
        "the logits have the shape [batch, n_classes]": _Classifier.check_shape,
        "the model has the sizes that it was asked for": _Classifier.check_sizes,
        "zeros at the end of the ids do not change the logits": _Classifier.check_padding,
        "in a batch, each row gives what it gives alone": _Classifier.check_rows,
        "the order of the ids matters": _Classifier.check_order,
        "the model ends in logits, not in probabilities": _Classifier.check_logits,
    }
    return tried(check, properties, cases)


class _Classifier:
    """One classifier with noisy weights, made when it is needed, and ids for it."""

    def __init__(self, answer: Subject, size: ClassifierSize, seed: int) -> None:
        self.answer, self.size, self.seed = answer, size, seed
        rng = np.random.default_rng([seed, *size])
        ids = np.vstack([rng.permutation(size[0] - 1) for _ in range(6)]) + 1
        self.ids = ids[:, :6].astype(np.int32)  # no id twice in a row
        self.ids[0, 0] = size[0] - 1  # the largest
        self._made: tuple[Subject, list[np.ndarray]] | None = None

    def logits(self, ids: np.ndarray) -> np.ndarray:
        return as_array(self._model()[0](ids), (len(ids), self.size[3]), "batch, n_classes")

    def _model(self) -> tuple[Subject, list[np.ndarray]]:
        if self._made is None:
            model = made(self.answer, "a keras.Model", *self.size)
            model(self.ids)  # a model without an Input has its weights only now
            self._made = model, shake(model, self.seed)
        return self._made

    def check_shape(self) -> None:
        vocabulary, _, _, n_classes = self.size
        model = made(self.answer, "a keras.Model", *self.size)
        model(np.array([[vocabulary - 1]], np.int32))
        for ids in (self.ids[:2], self.ids[:1], self.ids[:, :1]):
            value = model(ids)
            slug = "one-answer-a-step" if np.shape(value) == (*ids.shape, n_classes) else None
            try:
                as_array(value, (len(ids), n_classes), "batch, n_classes")
            except Failed as failure:
                raise Failed(failure.detail, slug) from None

    def check_sizes(self) -> None:
        self.logits(self.ids)
        vocabulary, width, units, _ = self.size
        shapes = [weight.shape for weight in self._model()[1] if weight.ndim == 2]
        if not any(rows >= vocabulary and columns == width for rows, columns in shapes):
            raise Failed(
                f"No weight has the shape [{vocabulary}, {width}], one row an id.", "sizes-swapped"
            )
        # A recurrent kernel is [units, units], or as many of these side by side as there are gates.
        widths = [rows for rows, columns in shapes if columns in (rows, 3 * rows, 4 * rows)]
        if units not in widths:
            slug = "sizes-swapped" if widths else "no-recurrence"
            raise Failed(f"No recurrent layer has {units} units.", slug)

    def check_padding(self) -> None:
        expected = self.logits(self.ids)
        for extra in (1, 4):
            padded = np.pad(self.ids, [(0, 0), (0, extra)])
            _close_if_masked(self.logits(padded), expected, "row, class")
        weigh([], ["mask-ignored"], as_expected=True)

    def check_rows(self) -> None:
        lengths = 1 + np.arange(len(self.ids)) % self.ids.shape[1]
        padded = self.ids * (np.arange(self.ids.shape[1]) < lengths[:, np.newaxis])
        together = self.logits(padded.astype(np.int32))
        for row, length in enumerate(lengths[:3]):
            alone = self.logits(self.ids[row : row + 1, :length])
            _close_if_masked(together[row], alone[0], "class")

    def check_order(self) -> None:
        logits, backwards = self.logits(self.ids), self.logits(self.ids[:, ::-1])
        if np.abs(logits - backwards).max() < MOVED:
            reads = np.ptp(self.logits(self.ids[:, :1]), axis=0).max() >= MOVED
            slug = "no-recurrence" if reads else None
            raise Failed("Reversed ids give the same logits.", slug)

    def check_logits(self) -> None:
        self.logits(self.ids)
        check_beyond_probabilities(self._model()[0], lambda: self.logits(self.ids), self.seed)


def _close_if_masked(logits: np.ndarray, expected: np.ndarray, axes: str) -> None:
    """Raises `Failed` if padding, all that is not the same, makes a difference."""
    try:
        close(logits, expected, axes)
    except Failed as failure:
        raise Failed(failure.detail, "mask-ignored") from None


def check_beyond_probabilities(model: Subject, logits: Callable[[], np.ndarray], seed: int) -> None:
    """Raises `Failed` if all numbers stay within 0..1, however large the weights are."""
    weights = weights_of(model)
    try:
        for noise in (seed + 1, seed + 2):
            model.get("set_weights")([LOUD * w if w.dtype.kind == "f" else w for w in weights])
            shake(model, noise, LOUD)
            values = logits()
            if (values < 0).any() or (values > 1).any():
                return
    finally:
        model.get("set_weights")(weights)
    logits()  # as the model was made
    raise Failed("All numbers lie in 0..1, whatever the weights.", IN_THE_MODEL)
