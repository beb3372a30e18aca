"""The check of `project-outputs`: project all outputs at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import THROUGH_NUMPY

Block = tuple[int, int, int, int]  # batch, time, units, n
BLOCKS: Sequence[Block] = (
    (2, 3, 1, 2),
    (3, 4, 2, 2),
    (4, 3, 5, 2),
    (3, 5, 2, 4),
    (3, 3, 3, 3),
    (1, 4, 3, 2),
)


# A tf.function may trace the first two of these; after that it has seen every axis change.
WARM_UP: Sequence[Block] = ((3, 4, 5, 2), (6, 8, 10, 4))
SMALL: Sequence[Block] = ((2, 3, 4, 3), (3, 2, 5, 4))  # made larger along each axis, in turn
Case = tuple[np.ndarray, np.ndarray, np.ndarray]  # outputs, weight, bias
NUMBERS = [n / 100 for n in range(-99, 100) if n]
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
    unbiased = [(outputs, weight, 0 * bias + 0) for outputs, weight, bias in cases]

    def try_shape(case: Case) -> None:
        _check_shape(answer(*case), *case)

    def try_values(case: Case) -> None:
        _check_projected(answer(*case), *case)

    def try_loops(small: Block) -> None:
        _check_loops(answer, small)

    def try_gradients(case: Case) -> None:
        _check_projected(answer.probe("with_tensors", *case), *case)
        found = answer.probe("gradients", *case)
        names = ("outputs", "weight", "bias")
        lacking = [name for name, g in zip(names, found, strict=True) if g is None]
        if lacking:
            slug = THROUGH_NUMPY if "outputs" in lacking else None
            raise Failed(f"No gradient gets through to {' and '.join(lacking)}.", slug)

    shape = check.each("the result has the shape [batch, time, n]", cases, try_shape)
    alone = "entry [i, t] is outputs[i, t] @ weight, if the bias is zero"
    check.each(alone, unbiased, try_values, [shape])
    right = check.each("with a bias, it is added at every step", cases, try_values, [shape])
    loops = "no loop runs over steps, sequences or outputs"
    check.each(loops, SMALL, try_loops, [right])
    flow = "it takes tensors, too, and a gradient gets through to outputs, weight and bias"
    check.each(flow, cases[:4], try_gradients, [right], is_apart=True)
    return check.report()


def _case(size: Block, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    batch, time, units, n = size
    rng = np.random.default_rng([seed, *size])
    shapes = ([batch, time, units], [units, n], [n])
    outputs, weight, bias = (rng.choice(NUMBERS, shape).astype(np.float32) for shape in shapes)
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
    ]


def _wrong(outputs: np.ndarray, *weights: np.ndarray) -> list[tuple[str, np.ndarray]]:
    mixed = [("axes-mixed", array) for array in _mixed(outputs, *weights)]
    flat = _expected(outputs, *weights).reshape(-1, weights[0].shape[1])
    return [
        *mixed,
        ("rows-left-flat", flat),
        ("bias-left-out", _expected(outputs, weights[0], 0 * weights[1])),
    ]


def _check_shape(value: Any, outputs: np.ndarray, *weights: np.ndarray) -> None:
    expected = _expected(outputs, *weights)
    if np.shape(value) != expected.shape:
        close(value, expected, "batch, time, n", _wrong(outputs, *weights))
    as_array(value, expected.shape, "batch, time, n")


def _check_projected(value: Any, outputs: np.ndarray, *weights: np.ndarray) -> None:
    suspects = _wrong(outputs, *weights)
    close(value, _expected(outputs, *weights), "sequence, step, output", suspects)


def _check_loops(answer: Subject, small: Block) -> None:
    """Checks that no more lines run for larger arrays, and that a graph has no loop either."""
    larger = [tuple(9 * n if i == k else n for i, n in enumerate(small)) for k in range(4)]
    calls = [_case(size, seed=3) for size in (*WARM_UP, small, *larger)]  # type: ignore[arg-type]
    few, *many = answer.probe("lines_run", calls)[len(WARM_UP) :]
    for axis, count in zip(AXES, many, strict=True):
        if count > few + 4:
            raise Failed(f"With nine times the {axis}, {count} lines run instead of {few}.", "loop")
    if answer.probe("graph_loops", *calls[0]):
        raise Failed("In a graph there is a loop.", "loop")
