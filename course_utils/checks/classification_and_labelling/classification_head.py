"""The check of `classification-head`: a classification head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import HEADS, Head, HeadSize
from course_utils.checks.engine.boundary import AnswerError, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import TOLERANCE, as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import THROUGH_NUMPY

EXERCISES = load_exercises("classification_and_labelling")
_HEAD = Head(HEADS[0], 1)
EXERCISES["classification-head"].knowing(
    {THROUGH_NUMPY, *(slug for slug, _ in _HEAD.wrongly_classified(_HEAD.lengths))}
)


def check_classification_head(
    classify: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[HeadSize] = HEADS
) -> Report:
    """Checks the logits of sequences with all kinds of lengths.

    Args:
      classify: the function.
      seeds: of outputs, weights and lengths.
      sizes: batch, time, units, classes.
    """
    check = Check(EXERCISES["classification-head"])
    answer = _Classification(subject(classify, "classify"))
    heads = [Head(size, seed) for size in sizes for seed in seeds]
    shape = check.each("the result has the shape [batch, classes]", heads, answer.check_shape)
    full = "if all sequences are full, the last step is classified"
    check.each(full, heads, answer.check_full, [shape])
    shorter = "a shorter sequence is classified by its own last step"
    check.each(shorter, heads, answer.check_shorter, [shape])
    padding = "what follows a sequence's end does not matter"
    check.each(padding, heads, answer.check_padding, [shape])
    doubled = "twice the weights and bias give twice the logits"
    check.each(doubled, heads, answer.check_doubled, [shape])
    flow = "it takes tensors, too, and a gradient gets through to outputs, weight and bias"
    check.each(flow, heads[:4], answer.check_gradients, [shape], is_apart=True)
    return check.report()


class _Classification:
    """The function under test, and what its logits must be."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _logits(self, head: Head) -> np.ndarray:
        value = self._answer(head.outputs, head.lengths, head.weight, head.bias)
        return as_array(value, head.classified(head.lengths).shape, "batch, classes")

    def _compare(self, head: Head, lengths: np.ndarray) -> None:
        self._hold(self._answer(head.outputs, lengths, head.weight, head.bias), head, lengths)

    def _hold(self, value: Any, head: Head, lengths: np.ndarray) -> None:
        close(value, head.classified(lengths), "sequence, class", head.wrongly_classified(lengths))

    def check_shape(self, head: Head) -> None:
        """Checks the shape; another one may show a misconception by its values."""
        try:
            value = self._answer(head.outputs, head.lengths, head.weight, head.bias)
        except AnswerError as error:
            if error.blank or not self._takes_lengths_for_indices(head):
                raise
            raise Failed(str(error), "length-as-index") from None
        if np.shape(value) != head.classified(head.lengths).shape:
            self._compare(head, head.lengths)
        as_array(value, head.classified(head.lengths).shape, "batch, classes")

    def _takes_lengths_for_indices(self, head: Head) -> bool:
        """Whether sequences that end early get the logits of the step behind their last one."""
        short = np.minimum(head.lengths, head.time - 1)
        try:
            value = self._answer(head.outputs, short, head.weight, head.bias)
        except AnswerError:
            return False
        later = head.classified(short + 1)
        return np.shape(value) == later.shape and np.allclose(value, later, atol=TOLERANCE)

    def check_full(self, head: Head) -> None:
        """Checks the logits if all sequences are as long as the longest can be."""
        self._compare(head, np.full_like(head.lengths, head.time))

    def check_shorter(self, head: Head) -> None:
        """Checks the logits of sequences with lengths of their own."""
        self._compare(head, head.lengths)

    def check_padding(self, head: Head) -> None:
        """Checks that other outputs after the sequences' ends give the same logits."""
        other, before = head.with_other_padding(), self._logits(head)
        wrong = other.wrongly_classified(head.lengths)
        close(self._logits(other), before, "sequence, class", wrong)

    def check_doubled(self, head: Head) -> None:
        """Checks that the logits are linear in weight and bias together."""
        double, before = head.doubled(), self._logits(head)
        wrong = double.wrongly_classified(head.lengths)
        close(self._logits(double), 2 * before, "sequence, class", wrong)

    def check_gradients(self, head: Head) -> None:
        """Checks the logits of tensors, and the way of a gradient to all that is not a length."""
        arguments = (head.outputs, head.lengths, head.weight, head.bias)
        self._hold(self._answer.probe("with_tensors", *arguments), head, head.lengths)
        found = self._answer.probe("gradients", *arguments)
        apart = np.abs(self._logits(head) - head.classified(head.lengths)).max()
        require_gradients(found, ("outputs", "weight", "bias"), is_right=apart < TOLERANCE)


def require_gradients(gradients: Sequence[Any], names: Sequence[str], is_right: bool) -> None:
    """Raises `Failed` if no gradient gets through to the arguments of these names.

    A right value depends on all of them, so that it was NumPy that cut a gradient off.
    """
    lacking = [name for name, found in zip(names, gradients, strict=True) if found is None]
    if lacking:
        slug = THROUGH_NUMPY if names[0] in lacking and is_right else None
        raise Failed(f"No gradient gets through to {' and '.join(lacking)}.", slug)
