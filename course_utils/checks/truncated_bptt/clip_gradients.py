"""The check of `clip-gradients`: lists of gradients, clipped rightly and in known wrong ways."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_items, close, near
from course_utils.checks.engine.report import Report
from course_utils.checks.truncated_bptt.several import all_of

EXERCISES = load_exercises("truncated_bptt")
Shapes = Sequence[tuple[int, ...]]
GROUPS: Sequence[Shapes] = (((1, 1), (2,)), ((5,),), ((3, 4), (4,), (2, 3, 1), ()))
Gradients = list[np.ndarray]


def draw_gradients(shapes: Sequence[tuple[int, ...]], seed: int) -> Gradients:
    """Random float32 arrays of these shapes; the later in the list, the larger their entries."""
    rng = np.random.default_rng([seed, len(shapes)])
    draws = [rng.integers(2, 11, shape) * rng.choice([-1, 1], shape) for shape in shapes]
    # An array without axes, times a number, would be a plain number.
    return [np.asarray(draw * (i + 1) / 10, np.float32) for i, draw in enumerate(draws)]


def global_norm(grads: Sequence[np.ndarray]) -> float:
    """The length of the vector of all entries of all arrays."""
    return float(np.linalg.norm(_entries(grads)))


def _entries(grads: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array).astype(np.float64) for array in grads])


def _wrong_norms(grads: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    return [
        ("sum-of-norms", sum(global_norm([array]) for array in grads)),
        ("root-left-out", global_norm(grads) ** 2),
        ("mean-for-sum", float(np.sqrt(np.mean(_entries(grads) ** 2)))),
        ("largest-entry", float(np.abs(_entries(grads)).max())),
    ]


def wrong_global_norms(grads: Sequence[np.ndarray], max_norm: float) -> list[tuple[str, float]]:
    """What known misconceptions about the norm lead to."""
    return [
        ("norm-after-clipping", min(global_norm(grads), max_norm)),
        *_wrong_norms(grads),
    ]


def wrong_clips(
    grads: Sequence[np.ndarray], max_norm: float, index: int
) -> list[tuple[str, np.ndarray]]:
    """What known misconceptions about clipping make of one of the arrays."""
    array, norm = grads[index].astype(np.float64), global_norm(grads)
    by_other_norms = [
        (slug, array * min(1, max_norm / wrong)) for slug, wrong in _wrong_norms(grads)
    ]
    return [
        ("each-array-alone", array * min(1, max_norm / global_norm([array]))),
        ("by-value", array.clip(-max_norm, max_norm)),
        ("small-scaled-up", array * (max_norm / norm)),
        ("not-clipped", array),
        ("factor-upside-down", array * (norm / max_norm)),
        ("factor-upside-down", array * max(1, norm / max_norm)),
        ("length-one", array / norm),
        ("length-one", array / norm if norm > max_norm else array),
        *by_other_norms,
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
    answer = _Clipping(subject(clip_by_global_norm, "clip_by_global_norm"))
    lists = [draw_gradients(shapes, seed) for shapes in groups for seed in seeds]
    norms = [(grads, max_norm) for grads in lists for max_norm in (0.5, 2.0, 100.0)]
    large = [(grads, share) for grads in lists for share in (0.1, 0.5, 0.9)]
    small = [(grads, share) for grads in lists for share in (1.2, 3.0)]
    zeros = [[np.zeros_like(array) for array in grads] for grads in lists]
    norm = "the norm is that of all arrays together, before clipping"
    check.each(norm, norms, answer.check_norm)
    shrink = "above max_norm, all shrink by one factor, to max_norm together"
    check.each(shrink, large, answer.check_clipped)
    check.each("up to max_norm, nothing changes", small, answer.check_clipped)
    zero = "gradients of zero stay zero, and so does their norm"
    check.each(zero, zeros, answer.check_zeros)
    return check.report()


class _Clipping:
    """The function under test, and what its clipped gradients and norm must be."""

    def __init__(self, answer: Subject) -> None:
        self._answer = answer

    def _results(self, grads: Gradients, max_norm: float) -> tuple[list[Any], Any]:
        result = self._answer(grads, max_norm)
        clipped, norm = as_items(result, 2, "the clipped gradients and the norm")
        return as_items(clipped, len(grads), "one array a gradient"), norm

    def check_norm(self, case: tuple[Gradients, float]) -> None:
        """Checks the norm, for gradients and a max_norm."""
        grads, max_norm = case
        norm = self._results(*case)[1]
        near(norm, global_norm(grads), wrong_global_norms(grads, max_norm))

    def check_clipped(self, case: tuple[Gradients, float]) -> None:
        """Checks gradients that are clipped to a share of their own norm."""
        grads, share = case
        norm = global_norm(grads)
        max_norm = round(share * norm, 2)
        told = f"For max_norm {max_norm:g} and a norm of {norm:.3g}, array"
        factor = min(1, max_norm / norm)
        all_of(
            (
                f"{told} {i}",
                partial(close, item, grads[i] * factor, "", wrong_clips(grads, max_norm, i)),
            )
            for i, item in enumerate(self._results(grads, max_norm)[0])
        )

    def check_zeros(self, grads: Gradients) -> None:
        """Checks what becomes of gradients that are zero."""
        clipped, norm = self._results(grads, 1.0)
        near(norm, 0)
        for item, array in zip(clipped, grads, strict=True):
            close(item, array)
