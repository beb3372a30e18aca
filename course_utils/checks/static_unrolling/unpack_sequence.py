"""The check of `unpack-sequence`: unpack a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

Block = tuple[int, int, int]  # batch, time, features
BLOCKS: Sequence[Block] = ((4, 2, 3), (3, 5, 2), (2, 4, 6))
THIN_BLOCKS: Sequence[Block] = ((1, 4, 3), (5, 2, 1), (1, 3, 1), (4, 1, 3))
EXERCISES = load_exercises("static_unrolling")


def draw_block(size: Sequence[int], seed: int) -> np.ndarray:
    """Float32 numbers of this shape, all different."""
    count = int(np.prod(size))
    order = np.random.default_rng([seed, *size]).permutation(count)
    return (order.reshape(size) + 1).astype(np.float32)


def check_unpack_sequence(
    unpack_sequence: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[Block] = BLOCKS,
    thin_sizes: Sequence[Block] = THIN_BLOCKS,
) -> Report:
    """Checks the number of steps, the shape and the values of each, and axes of size one."""
    check = Check(EXERCISES["unpack-sequence"])
    answer = subject(unpack_sequence, "unpack_sequence")

    def steps(inputs: np.ndarray) -> list[Any]:
        value = answer(inputs)
        if length_of(value) == len(inputs) != inputs.shape[1]:
            raise Failed(
                f"Got a list of {len(inputs)}, one for each sequence of the batch; expected "
                f"{inputs.shape[1]}, one for each step.",
                "unstack-over-batch",
            )
        return as_items(value, inputs.shape[1], "one [batch, features] array a step")

    blocks = [draw_block(size, seed) for size in sizes for seed in seeds]
    with check.property("the list has one item for each time step"):
        for inputs in blocks:
            steps(inputs)
    with check.property("each item has the shape [batch, features]"):
        for inputs in blocks:
            for step in steps(inputs):
                _check_step_shape(step, inputs)
    with check.property("item t holds what every sequence gets at step t"):
        for inputs in blocks:
            _check_steps(steps(inputs), inputs)
    with check.property("a batch, a time or a feature axis of size 1 changes nothing"):
        for inputs in (draw_block(size, seed) for size in thin_sizes for seed in seeds):
            for step in steps(inputs):
                with blames("squeezed-too-much"):
                    _check_step_shape(step, inputs)
            _check_steps(steps(inputs), inputs)
    return check.report()


def length_of(value: Any) -> int | None:
    """How many items a plain value has; None if it has no length."""
    return len(value) if isinstance(value, (list, tuple)) or np.ndim(value) else None


def _check_step_shape(step: Any, inputs: np.ndarray) -> None:
    batch, _, features = inputs.shape
    kept = [(batch, 1, features), (1, batch, features), (batch, features, 1)]
    if isinstance(step, np.ndarray) and step.shape in kept and step.ndim == 3:
        raise Failed(
            f"Got an item of shape {list(step.shape)}, expected [{batch}, {features}].", "kept-axis"
        )
    as_array(step, (batch, features), "batch, features")


def _check_steps(steps: Sequence[Any], inputs: np.ndarray) -> None:
    batch, time, features = inputs.shape
    reshaped = inputs.reshape(time, batch, features)
    for t, step in enumerate(steps):
        close(step, inputs[:, t], "batch, feature", [("reshape-for-transpose", reshaped[t])])
