"""The check of `classification-head`: a classification head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import HEADS, Head, HeadSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("classification_and_labelling")


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
    answer = subject(classify, "classify")
    heads = [Head(size, seed) for size in sizes for seed in seeds]

    def logits(head: Head) -> np.ndarray:
        value = answer(head.outputs, head.lengths, head.weight, head.bias)
        return as_array(value, head.classified(head.lengths).shape, "batch, classes")

    def compare(head: Head, lengths: np.ndarray) -> None:
        value = answer(head.outputs, lengths, head.weight, head.bias)
        close(value, head.classified(lengths), "sequence, class", head.wrongly_classified(lengths))

    def try_shape(head: Head) -> None:
        value = answer(head.outputs, head.lengths, head.weight, head.bias)
        if np.shape(value) != head.classified(head.lengths).shape:
            compare(head, head.lengths)
        as_array(value, head.classified(head.lengths).shape, "batch, classes")

    def try_full(head: Head) -> None:
        compare(head, np.full_like(head.lengths, head.time))

    def try_shorter(head: Head) -> None:
        compare(head, head.lengths)

    def try_padding(head: Head) -> None:
        other, before = head.with_other_padding(), logits(head)
        wrong = other.wrongly_classified(head.lengths)
        close(logits(other), before, "sequence, class", wrong)

    def try_doubled(head: Head) -> None:
        double, before = head.doubled(), logits(head)
        wrong = double.wrongly_classified(head.lengths)
        close(logits(double), 2 * before, "sequence, class", wrong)

    def try_gradients(head: Head) -> None:
        arguments = (head.outputs, head.lengths, head.weight, head.bias)
        require_gradients(answer.probe("gradients", *arguments), "outputs", "weight", "bias")

    shape = check.each("the result has the shape [batch, classes]", heads, try_shape)
    full = "if all sequences are full, the last step is classified"
    check.each(full, heads, try_full, [shape])
    check.each("a shorter sequence is classified by its own last step", heads, try_shorter, [shape])
    check.each("what follows a sequence's end does not matter", heads, try_padding, [shape])
    check.each("twice the weights and bias give twice the logits", heads, try_doubled, [shape])
    flow = "it takes tensors, too, and a gradient gets through to outputs, weight and bias"
    check.each(flow, heads[:4], try_gradients, [shape])
    return check.report()


def require_gradients(gradients: Sequence[Any], *names: str) -> None:
    """Raises `Failed` if no gradient gets through to the arguments of these names."""
    lacking = [name for name, found in zip(names, gradients, strict=True) if found is None]
    if lacking:
        slug = "through-numpy" if names[0] in lacking else None
        raise Failed(f"No gradient gets through to {' and '.join(lacking)}.", slug)
