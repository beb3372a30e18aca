"""The check of `unpack-sequence`: unpack a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items, close
from course_utils.checks.engine.report import Report

Block = tuple[int, int, int]  # batch, time, features
BLOCKS: Sequence[Block] = ((3, 2, 4), (2, 4, 3), (3, 5, 2))
THIN_BLOCKS: Sequence[Block] = ((1, 2, 1), (1, 3, 2), (3, 2, 1), (2, 1, 3))
EXERCISES = load_exercises("static_unrolling")
ITERATORS = ("generator", "map", "zip", "list_iterator")
STEP = "one [batch, features] array a step"


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
        right = inputs.swapaxes(0, 1)
        if isinstance(value, np.ndarray):
            known = "one-array" if np.array_equal(value, right) else None
            raise Failed(f"Got one array of shape {list(value.shape)}, expected a list.", known)
        if np.shape(_as_block(value)) != right.shape:
            _hold_against(value, inputs)
        return as_items(value, inputs.shape[1], STEP)

    def try_list(inputs: np.ndarray) -> None:
        kind = answer.probe("kind_of_result", inputs)
        if kind in ITERATORS:
            raise Failed(f"Got a {kind}, expected a list.", "one-time-only")

    def try_shapes(inputs: np.ndarray) -> None:
        batch, _, features = inputs.shape
        for step in steps(inputs):
            as_array(step, (batch, features), "batch, features")

    def try_values(inputs: np.ndarray) -> None:
        _hold_against(steps(inputs), inputs)

    blocks = [draw_block(size, seed) for size in sizes for seed in seeds]
    thin = [draw_block(size, seed) for size in thin_sizes for seed in seeds]
    count = check.each("the list has one item for each time step", blocks, steps)
    shapes = check.each("each item has the shape [batch, features]", blocks, try_shapes, [count])
    values = check.each(
        "item t holds what every sequence gets at step t", blocks, try_values, [shapes]
    )
    name = "a batch, a time or a feature axis of size 1 changes nothing"
    check.each(name, thin, try_values, [values])
    check.each("the list can be read twice", blocks[:2], try_list, [values])
    return check.report()


def _as_block(value: Any) -> Any:
    """A list of equal arrays as one array, anything else as it is."""
    if not isinstance(value, (list, tuple)):
        return value
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return value


def _hold_against(value: Any, inputs: np.ndarray) -> None:
    """Raises `Failed` unless the items, one behind the other, are the right ones."""
    close(_as_block(value), inputs.swapaxes(0, 1), "step, sequence, feature", _wrong_lists(inputs))


def _wrong_lists(inputs: np.ndarray) -> list[tuple[str, np.ndarray]]:
    batch, time, features = inputs.shape
    right = inputs.swapaxes(0, 1)
    return [
        ("reshape-for-transpose", inputs.reshape(time, batch, features)),
        ("unstack-over-batch", inputs),
        ("unstack-over-features", np.moveaxis(inputs, 2, 0)),
        ("kept-axis", right[:, :, np.newaxis]),
        ("kept-axis", right[:, np.newaxis]),
        ("items-transposed", right.swapaxes(1, 2)),
        ("squeezed-too-much", np.stack([np.squeeze(step) for step in right])),
    ]
