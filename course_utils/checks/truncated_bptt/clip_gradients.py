"""The check of `clip-gradients`: lists of gradients, clipped rightly and in known wrong ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.blame import about
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_items, close, near
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("truncated_bptt")
Shapes = Sequence[tuple[int, ...]]
GROUPS: Sequence[Shapes] = (((3, 4), (4,), (2, 3, 1), ()), ((5,),), ((1, 1), (2,)))


def draw_gradients(shapes: Sequence[tuple[int, ...]], seed: int) -> list[np.ndarray]:
    """Random float32 arrays of these shapes; the later in the list, the larger their entries."""
    rng = np.random.default_rng([seed, len(shapes)])
    draws = [rng.uniform(0.2, 1, shape) * rng.choice([-1, 1], shape) for shape in shapes]
    # An array without axes, times a number, would be a plain number.
    return [np.asarray(draw * (i + 1), np.float32) for i, draw in enumerate(draws)]


def global_norm(grads: Sequence[np.ndarray]) -> float:
    """The length of the vector of all entries of all arrays."""
    entries = np.concatenate([np.ravel(array).astype(np.float64) for array in grads])
    return float(np.linalg.norm(entries))


def wrong_global_norms(grads: Sequence[np.ndarray], max_norm: float) -> list[tuple[str, float]]:
    """What known misconceptions about the norm lead to."""
    norm, lengths = global_norm(grads), [global_norm([array]) for array in grads]
    return [
        ("norm-after-clipping", min(norm, max_norm)),
        ("sum-of-norms", sum(lengths)),
        ("root-left-out", norm**2),
    ]


def wrong_clips(
    grads: Sequence[np.ndarray], max_norm: float, index: int
) -> list[tuple[str, np.ndarray]]:
    """What known misconceptions about clipping make of one of the arrays."""
    array, norm = grads[index].astype(np.float64), global_norm(grads)
    return [
        ("each-array-alone", array * min(1, max_norm / global_norm([array]))),
        ("by-value", array.clip(-max_norm, max_norm)),
        ("small-scaled-up", array * (max_norm / norm)),
        ("not-clipped", array),
        ("sum-of-norms", array * min(1, max_norm / sum(global_norm([a]) for a in grads))),
        ("root-left-out", array * min(1, max_norm / norm**2)),
    ]


def check_clip_gradients(
    clip_by_global_norm: Any, seeds: Sequence[int] = (1, 2), groups: Sequence[Shapes] = GROUPS
) -> Report:
    """Checks the norm, and what becomes of large, small and zero gradients.

    Args:
      clip_by_global_norm: the function.
      seeds: of the gradients.
      groups: shapes of the arrays of a list of gradients; two or more arrays in the first.
    """
    check = Check(EXERCISES["clip-gradients"])
    answer = subject(clip_by_global_norm, "clip_by_global_norm")
    lists = [draw_gradients(shapes, seed) for shapes in groups for seed in seeds]

    def compare(grads: list[np.ndarray], share: float) -> None:
        """Clips to a share of the gradients' own norm."""
        max_norm = share * global_norm(grads)
        clipped = as_items(answer(grads, max_norm), 2, "the clipped gradients and the norm")[0]
        for i, item in enumerate(as_items(clipped, len(grads), "one array a gradient")):
            with about(
                f"For max_norm {max_norm:.3g} and a norm of {max_norm / share:.3g}, array {i}"
            ):
                close(item, grads[i] * min(1, share), suspects=wrong_clips(grads, max_norm, i))

    with check.property("the norm is that of all arrays together, before clipping"):
        for grads in lists:
            for max_norm in (0.5, 2.0, 100.0):
                _, norm = as_items(answer(grads, max_norm), 2, "the clipped gradients and the norm")
                near(norm, global_norm(grads), wrong_global_norms(grads, max_norm))
    with check.property("above max_norm, all arrays shrink by one factor, to max_norm together"):
        for grads in lists:
            for share in (0.1, 0.5, 0.99):
                compare(grads, share)
    with check.property("up to max_norm, nothing changes"):
        for grads in lists:
            for share in (1.01, 3.0):
                compare(grads, share)
    with check.property("gradients of zero stay zero"):
        grads = [np.zeros_like(array) for array in lists[0]]
        clipped, norm = as_items(answer(grads, 1.0), 2, "the clipped gradients and the norm")
        near(norm, 0)
        for item, array in zip(as_items(clipped, len(grads), "arrays"), grads, strict=True):
            close(item, array)
    return check.report()
