"""The check of `labelling-head`: a labelling head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import HEADS, Head, HeadSize
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

TIMES = (3, 6, 12)  # steps of one and the same batch, to see whether the work grows with them
EXERCISES = load_exercises("classification_and_labelling")
EXERCISES["labelling-head"].knowing(slug for slug, _ in Head(HEADS[0], 1).wrongly_labelled())


def check_labelling_head(
    label_steps: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[HeadSize] = HEADS
) -> Report:
    """Checks the logits of every step; the arguments are as in `check_classification_head`."""
    check = Check(EXERCISES["labelling-head"])
    answer = subject(label_steps, "label_steps")
    heads = [Head(size, seed) for size in sizes for seed in seeds]

    def logits(head: Head) -> np.ndarray:
        value = answer(head.outputs, head.weight, head.bias)
        return as_array(value, head.labelled().shape, "batch, time, classes")

    def compare(head: Head) -> None:
        value = answer(head.outputs, head.weight, head.bias)
        close(value, head.labelled(), "sequence, step, class", head.wrongly_labelled())

    def try_shape(head: Head) -> None:
        value = answer(head.outputs, head.weight, head.bias)
        if np.shape(value) != head.labelled().shape:
            compare(head)
        as_array(value, head.labelled().shape, "batch, time, classes")

    def try_doubled(head: Head) -> None:
        double, before = head.doubled(), logits(head)
        close(logits(double), 2 * before, "sequence, step, class", double.wrongly_labelled())

    def try_tensors(head: Head) -> None:
        value = answer.probe("with_tensors", head.outputs, head.weight, head.bias)
        close(value, head.labelled(), "sequence, step, class", head.wrongly_labelled())

    shape = check.each("the result has the shape [batch, time, classes]", heads, try_shape)
    own = "each step of each sequence gets the logits of its own output"
    check.each(own, heads, compare, [shape])
    check.each(
        "tensors get the same logits as arrays", heads[:4], try_tensors, [shape], is_apart=True
    )
    check.each("twice the weights and bias give twice the logits", heads, try_doubled, [shape])
    work = "the work in Python does not grow with the number of steps"
    check.each(work, sizes[:2], lambda size: _try_work(answer, size, seeds[0]), [shape])
    return check.report()


def _try_work(answer: Subject, size: HeadSize, seed: int) -> None:
    """Counts the lines of Python that run for more and more steps."""
    batch, _, units, classes = size
    longer = [Head((batch, time, units, classes), seed) for time in TIMES]
    work = answer.probe("lines_run", [(h.outputs, h.weight, h.bias) for h in longer])
    if work[0] < work[1] < work[2]:
        raise Failed(
            f"For {TIMES[0]}, {TIMES[1]} and {TIMES[2]} steps, Python goes through {work[0]}, "
            f"{work[1]} and {work[2]} lines.",
            "python-loop",
        )
