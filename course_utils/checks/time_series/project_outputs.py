"""The check of `project-outputs`: project all outputs at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report

Block = tuple[int, int, int, int]  # batch, time, units, n
BLOCKS: Sequence[Block] = ((4, 3, 5, 2), (3, 5, 2, 4), (3, 3, 3, 3), (1, 4, 3, 2), (5, 2, 1, 1))


# A tf.function may trace the first two of these; after that it has seen every axis change.
WARM_UP: Sequence[Block] = ((3, 4, 5, 2), (6, 8, 10, 4))
SMALL: Block = (2, 3, 4, 3)
AXES = ("batch", "number of steps", "number of units", "number of outputs")


def check_project_outputs(
    project_outputs: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Block] = BLOCKS
) -> Report:
    """Checks the projected outputs, and that no loop makes them.

    Args:
      project_outputs: the function.
      seeds: of outputs and weights.
      sizes: batch, time, units, n.
    """
    exercise = load_exercises("time_series")["project-outputs"]
    check, answer = Check(exercise), subject(project_outputs, "project_outputs")
    cases = [_case(size, seed) for size in sizes for seed in seeds]
    with check.property("the result has the shape [batch, time, n]"):
        for arrays in cases:
            _check_shape(answer(*arrays), *arrays)
    with check.property("entry [i, t] is outputs[i, t] @ weight, if there is no bias"):
        for outputs, weight, bias in cases:
            _check_projected(answer(outputs, weight, 0 * bias), outputs, weight, 0 * bias)
    with check.property("the bias is added at every step"):
        for arrays in cases:
            _check_projected(answer(*arrays), *arrays)
    with check.property("no loop runs over steps, sequences or outputs"):
        for arrays in cases:
            _check_projected(answer(*arrays), *arrays)
        _check_loops(answer)
    return check.report()


def _case(size: Block, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    batch, time, units, n = size
    rng = np.random.default_rng([seed, *size])
    shapes = ([batch, time, units], [units, n], [n])
    outputs, weight, bias = (rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes)
    return outputs, weight, bias


def _expected(outputs: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return np.einsum("btu,un->btn", *(a.astype(float) for a in (outputs, weight))) + bias


def _mixed(outputs: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    """What comes out if the axes are flattened in one order and restored in another."""
    batch, time, units = outputs.shape
    right = _expected(outputs, weight, bias)
    by_units = outputs.reshape(units, -1).T @ weight + bias
    return [
        right.swapaxes(0, 1),
        right.reshape(time, batch, -1),
        right.swapaxes(0, 1).reshape(right.shape),
        right.reshape(time, batch, -1).swapaxes(0, 1),
        by_units.reshape(right.shape),
        right.reshape(batch * time, -1),
    ]


def _wrong(outputs: np.ndarray, *weights: np.ndarray) -> list[tuple[str, np.ndarray]]:
    mixed = [("axes-mixed", array) for array in _mixed(outputs, *weights)]
    return [*mixed, ("bias-left-out", _expected(outputs, weights[0], 0 * weights[1]))]


def _check_shape(value: Any, outputs: np.ndarray, *weights: np.ndarray) -> None:
    expected = _expected(outputs, *weights)
    if np.shape(value) != expected.shape:
        close(value, expected, "batch, time, n", _wrong(outputs, *weights))
    as_array(value, expected.shape, "batch, time, n")


def _check_projected(value: Any, outputs: np.ndarray, *weights: np.ndarray) -> None:
    suspects = _wrong(outputs, *weights)
    close(value, _expected(outputs, *weights), "sequence, step, output", suspects)


def _check_loops(answer: Subject) -> None:
    """Checks that no more lines run for larger arrays, and that a graph has no loop either."""
    larger = [tuple(9 * n if i == k else n for i, n in enumerate(SMALL)) for k in range(4)]
    calls = [_case(size, seed=3) for size in (*WARM_UP, SMALL, *larger)]  # type: ignore[arg-type]
    few, *many = answer.probe("lines_run", calls)[len(WARM_UP) :]
    for axis, count in zip(AXES, many, strict=True):
        if count > few + 4:
            raise Failed(f"With nine times the {axis}, {count} lines run instead of {few}.", "loop")
    if answer.probe("graph_loops", *calls[0]):
        raise Failed("In a graph there is a loop.", "loop")
