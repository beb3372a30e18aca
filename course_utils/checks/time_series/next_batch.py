"""The check of `next-batch`: draw windows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_items
from course_utils.checks.engine.report import Report
from course_utils.data import time_series

EXERCISES = load_exercises("time_series")
BATCHES = ((4, 20), (20, 4), (3, 3), (1, 7), (5, 1))  # batch_size, n_steps
Batch = tuple[int, int, int]  # batch_size, n_steps, seed
# Batches that show the range of starts. Long windows have little room: a step is much of it.
MANY = ((300, 20), (100, 295))
CHANCE = 1e-7  # that the starts of a right answer leave an end of the range empty


def check_next_batch(
    next_batch: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[tuple[int, int]] = BATCHES
) -> Report:
    """Checks that windows lie on the series, within the range, and that y is x one step later.

    Args:
      next_batch: the function.
      seeds: of the generators.
      sizes: batch_size and n_steps.
    """
    check = Check(EXERCISES["next-batch"])
    answer = subject(next_batch, "next_batch")

    def draw(batch: Batch) -> list[np.ndarray]:
        return _draw(answer, *batch)

    def try_values(batch: Batch) -> None:
        x = draw(batch)[0]
        try:
            _known_starts(x)
        except Failed as failure:
            raise Failed(failure.detail, _wrong_step(x)) from None

    def try_chance(seed: int) -> None:
        _check_chance(answer, seed)

    shapes = [(*size, seeds[0]) for size in sizes]
    some = [(20, *pair) for pair in zip((8, 20), seeds, strict=False)]
    many = [(*size, seed) for size in MANY for seed in seeds]
    shape = check.each("x and y have the shape [batch_size, n_steps, 1]", shapes, draw)
    steps = "x holds values of the series, a step of 0.1 apart"
    values = check.each(steps, some, try_values, [shape])
    shift = "y[:, t] is the value that follows x[:, t]"
    check.each(shift, some, lambda batch: _check_shift(*draw(batch)), [values])
    inside = "no window starts before 0, and no target lies past 30"
    check.each(inside, many, lambda batch: _check_range(*_placed(draw(batch))), [values])
    anywhere = "windows start anywhere in between"
    check.each(anywhere, many, lambda batch: _check_spread(*_placed(draw(batch))), [values])
    check.each("all chance comes from rng", seeds, try_chance, [shape])
    return check.report()


def _placed(batch: list[np.ndarray]) -> tuple[np.ndarray, int]:
    """Where the windows of a batch start, and how many steps they have."""
    return _known_starts(batch[0]), batch[0].shape[1]


def _known_starts(windows: np.ndarray) -> np.ndarray:
    return _starts_of(windows.tobytes(), windows.shape)


def _wrong_step(x: np.ndarray) -> str | None:
    """Whether the windows lie on the series with a step of 1."""
    try:
        _starts(x, step=1.0)
    except Failed:
        return None
    return "steps-of-one"


def _draw(answer: Subject, batch_size: int, n_steps: int, seed: int) -> list[np.ndarray]:
    """The batch: x and y, each [batch_size, n_steps, 1]."""
    rng = Recipe("numpy.random:default_rng", {"seed": seed})
    parts = as_items(answer(batch_size, n_steps, rng), 2, "x and y")
    return [as_array(part, (batch_size, n_steps, 1), "window, step, 1") for part in parts]


def _starts(windows: np.ndarray, step: float = time_series.STEP) -> np.ndarray:
    """The time at which each window starts, [batch].

    The nearest places of a grid are found, and then corrected along the series' slope. It takes
    several, since early in the series each turn of the fast wave looks like the next.

    Args:
      windows: [batch, n_steps, 1], of 8 steps or more: so many lie on the series in one place only.
      step: how far apart their values are.

    Raises:
      Failed: if a window does not lie on the series at all.
    """
    values = windows[:, np.newaxis, :, 0]  # [batch, 1, n_steps]
    steps = step * np.arange(values.shape[2])
    starts = _nearest(values[..., :8], step)[..., np.newaxis]  # [batch, places, 1]
    for _ in range(4):
        times = starts + steps
        slopes = np.sin(times) / 3 + times * np.cos(times) / 3 + 10 * np.cos(5 * times)
        rest = values - time_series.series(times)
        starts = starts + (slopes * rest).sum(-1, keepdims=True) / (slopes**2).sum(
            -1, keepdims=True
        )
    off = np.abs(values - time_series.series(starts + steps)).max(axis=2)  # [batch, places]
    best, rows = off.argmin(axis=1), np.arange(len(off))
    if off.min(axis=1).max() > 0.01:
        row = int(off.min(axis=1).argmax())
        first = ", ".join(f"{value:.3g}" for value in windows[row, :3, 0])
        raise Failed(f"Row {row}, which begins {first}, is not on the series.")
    return starts[rows, best, 0]


@lru_cache(maxsize=16)  # several properties look at the same windows
def _starts_of(windows: bytes, shape: tuple[int, ...]) -> np.ndarray:
    return _starts(np.frombuffer(windows).reshape(shape))


def _nearest(values: np.ndarray, step: float, places: int = 8) -> np.ndarray:
    """The best places of a grid for each window, [batch, places], no two of them neighbours."""
    grid = np.arange(-8, 38, 0.02)
    times = grid[:, np.newaxis] + step * np.arange(values.shape[2])
    apart = np.abs(values - time_series.series(times)).max(axis=2)  # [batch, grid]
    inner = apart[:, 1:-1]
    lowest = (inner <= apart[:, :-2]) & (inner <= apart[:, 2:])
    return grid[1:-1][np.where(lowest, inner, np.inf).argsort(axis=1)[:, :places]]


def _check_shift(x: np.ndarray, y: np.ndarray) -> None:
    starts = _known_starts(x)
    shift = (_known_starts(y) - starts) / time_series.STEP
    if np.abs(shift - 1).max() < 0.02:
        return
    seen = {0: "not-shifted", 2: "shifted-by-two", -1: "shifted-back"}
    slugs = [slug for steps, slug in seen.items() if np.abs(shift - steps).max() < 0.02]
    raise Failed(
        f"y runs {shift[0]:.3g} steps ahead of x, expected 1.", slugs[0] if slugs else None
    )


def _check_range(starts: np.ndarray, n_steps: int) -> None:
    last = time_series.END - time_series.STEP * n_steps
    if starts.max() > last + 1e-3:
        raise Failed(
            f"A window of {n_steps} steps starts at {starts.max():.4g}; its last target is then "
            f"at {starts.max() + time_series.STEP * n_steps:.4g}.",
            "past-the-end",
        )
    if starts.min() < -1e-3:
        raise Failed(f"A window starts at {starts.min():.3g}, before 0.", "past-the-end")


def _check_spread(starts: np.ndarray, n_steps: int) -> None:
    last = time_series.END - time_series.STEP * n_steps
    if np.ptp(starts) < 1e-3:
        raise Failed(f"All {len(starts)} windows start at {starts[0]:.3g}.", "same-window")
    empty = last * (1 - CHANCE ** (1 / len(starts)))
    if starts.min() > empty or starts.max() < last - empty:
        raise Failed(
            f"{len(starts)} windows of {n_steps} steps start between {starts.min():.3g} and "
            f"{starts.max():.3g}, expected 0 to {last:.3g}."
        )
    on_grid = time_series.STEP * np.round(starts / time_series.STEP)
    if np.abs(starts - on_grid).max() < 5e-3:
        told = f"Each of {len(starts)} windows starts at a multiple of {time_series.STEP}."
        raise Failed(told, "on-the-grid")


def _check_chance(answer: Subject, seed: int) -> None:
    first, again, other = (_draw(answer, 6, 9, each)[0] for each in (seed, seed, seed + 100))
    if not np.array_equal(first, again):
        raise Failed("Two generators of the same seed give different windows.", "chance-from-afar")
    if np.array_equal(first, other):
        slug = "same-window" if np.ptp(first, axis=0).max() == 0 else "chance-from-afar"
        raise Failed("Two generators of different seeds give the same windows.", slug)
