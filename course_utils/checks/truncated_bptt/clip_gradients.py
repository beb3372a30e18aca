"""Lists of gradients for chapter 04, and what known misconceptions make of clipping them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


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
