"""The check of `labelling-head`: a labelling head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.classification_and_labelling.heads import HEADS, Head, HeadSize
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

TIMES = (3, 6, 12)  # steps of one and the same batch, to see whether the work grows with them
EXERCISES = load_exercises("classification_and_labelling")


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
