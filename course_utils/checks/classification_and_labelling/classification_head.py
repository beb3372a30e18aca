"""The checks of chapter 05: two heads, a loss and an error over real steps, and two networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import Head, HeadSize
from course_utils.checks.classification_and_labelling.mnist_rows import check_mnist_rows
from course_utils.checks.classification_and_labelling.step_losses import Steps, StepsSize
from course_utils.checks.classification_and_labelling.word_segmentation import (
    check_word_segmentation,
)
from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_number, close, near
from course_utils.checks.engine.report import Report

__all__ = [
    "EXERCISES",
    "check_classification_head",
    "check_labelling_head",
    "check_masked_cross_entropy",
    "check_masked_error",
    "check_mnist_rows",
    "check_word_segmentation",
]

# Batch, time, units, classes: all unequal, then some of them 1, then all equal.
HEADS: Sequence[HeadSize] = ((4, 3, 5, 2), (3, 5, 2, 4), (1, 4, 3, 2), (2, 1, 4, 3), (3, 3, 3, 3))
# Batch, time, classes.
STEPS: Sequence[StepsSize] = ((4, 5, 3), (5, 3, 4), (3, 7, 2), (2, 1, 3), (4, 4, 4))
TIMES = (3, 6, 12)  # steps of one and the same batch, to see whether the work grows with them
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


def check_labelling_head(
    label_steps: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[HeadSize] = HEADS
) -> Report:
    """Checks the logits of every step; the arguments are as in `check_classification_head`."""
    check = Check(EXERCISES["labelling-head"])
    answer = subject(label_steps, "label_steps")
    heads = [Head(size, seed) for size in sizes for seed in seeds]

    def compare(head: Head) -> None:
        value = answer(head.outputs, head.weight, head.bias)
        close(value, head.labelled(), "sequence, step, class", head.wrongly_labelled())

    with check.property("the result has the shape [batch, time, classes]"):
        for head in heads:
            value = answer(head.outputs, head.weight, head.bias)
            if np.shape(value) != head.labelled().shape:
                compare(head)
            as_array(value, head.labelled().shape, "batch, time, classes")
    with check.property("each step of each sequence gets the logits of its own output"):
        for head in heads:
            compare(head)
    with check.property("twice the weights and bias give twice the logits"):
        for head in heads:
            compare(head.doubled())
    with check.property("the work in Python does not grow with the number of steps"):
        compare(heads[0])
        batch, _, units, classes = sizes[0]
        longer = [Head((batch, time, units, classes), seeds[0]) for time in TIMES]
        work = answer.probe("lines_run", [(h.outputs, h.weight, h.bias) for h in longer])
        if work[0] < work[1] < work[2]:
            raise Failed(
                f"For {TIMES[0]}, {TIMES[1]} and {TIMES[2]} steps, Python goes through {work[0]}, "
                f"{work[1]} and {work[2]} lines.",
                "python-loop",
            )
    return check.report()


def check_masked_cross_entropy(
    masked_cross_entropy: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a loss over real steps.

    Args:
      masked_cross_entropy: the function.
      seeds: of logits, labels and lengths.
      sizes: batch, time, classes.
    """
    check = Check(EXERCISES["masked-cross-entropy"])
    answer = subject(masked_cross_entropy, "masked_cross_entropy")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.loss(lengths), steps.wrong_losses(lengths))

    with check.property("the result is one number"):
        for steps in cases:
            as_number(answer(steps.logits, steps.labels, steps.lengths))
    with check.property("if all sequences are full, it is the mean over all steps"):
        for steps in cases:
            compare(steps, steps.full)
    with check.property("with shorter sequences, it is the mean over the real steps"):
        for steps in cases:
            compare(steps, steps.lengths)
    with check.property("a sequence of length 0 adds nothing"):
        for steps in cases:
            compare(steps, steps.lengths)
            compare(steps, steps.lengths_with_an_empty_one)
    with check.property("what stands in the padding does not matter"):
        for steps in cases:
            compare(steps.with_other_padding(), steps.lengths)
    with check.property("logits of several hundred are no trouble"):
        for steps in cases:
            compare(steps, steps.lengths)
            with blames("log-of-softmax"):
                compare(steps.times(100), steps.lengths)
    return check.report()


def check_masked_error(
    masked_error: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[StepsSize] = STEPS
) -> Report:
    """Checks a share of wrong labels; the arguments are as in `check_masked_cross_entropy`."""
    check = Check(EXERCISES["masked-error"])
    answer = subject(masked_error, "masked_error")
    cases = [Steps(size, seed) for size in sizes for seed in seeds]

    def compare(steps: Steps, lengths: np.ndarray) -> None:
        value = answer(steps.logits, steps.labels, lengths)
        near(value, steps.error(lengths), steps.wrong_errors(lengths))

    with check.property("it is 0 if all real steps are right, and 1 if all are wrong"):
        for steps in cases:
            for shift in (0, 1):
                compare(steps.answered(shift), steps.lengths)
    with check.property("if all sequences are full, it is the share of wrong steps"):
        for steps in cases:
            compare(steps, steps.full)
    with check.property("with shorter sequences, it is the share among the real steps"):
        for steps in cases:
            compare(steps, steps.lengths)
    with check.property("what stands in the padding does not matter"):
        for steps in cases:
            compare(steps.with_other_padding(), steps.lengths)
    return check.report()
