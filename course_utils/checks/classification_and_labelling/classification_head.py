"""The check of `classification-head`: a classification head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import HEADS, Head, HeadSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
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

    def compare(head: Head, lengths: np.ndarray) -> None:
        value = answer(head.outputs, lengths, head.weight, head.bias)
        close(value, head.classified(lengths), "sequence, class", head.wrongly_classified(lengths))

    with check.property("the result has the shape [batch, classes]"):
        for head in heads:
            value = answer(head.outputs, head.lengths, head.weight, head.bias)
            expected = head.classified(head.lengths)
            if np.shape(value) != expected.shape:
                compare(head, head.lengths)
            as_array(value, expected.shape, "batch, classes")
    with check.property("if all sequences are full, the last step is classified"):
        for head in heads:
            compare(head, np.full_like(head.lengths, head.time))
    with check.property("a shorter sequence is classified by its own last step"):
        for head in heads:
            compare(head, head.lengths)
    with check.property("what follows a sequence's end does not matter"):
        for head in heads:
            compare(head.with_other_padding(), head.lengths)
    with check.property("twice the weights and bias give twice the logits"):
        for head in heads:
            compare(head.doubled(), head.lengths)
    return check.report()
