"""The check of a trained forecaster, on fresh windows and against the naive forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array
from course_utils.checks.engine.report import Report
from course_utils.data import time_series

N_STEPS = 20
SHARE = 1 / 6  # of the naive forecast's error that a forecaster may have; 0.08 in a few seconds
Windows = tuple[np.ndarray, np.ndarray]  # x, y
TIMES = (0, 4, 11, 18)  # after which the inputs are changed


def check_train_forecaster(forecast: Any, seeds: Sequence[int] = (1,), size: int = 300) -> Report:
    """Checks forecasts of fresh windows, and that they depend on nothing but the past.

    Args:
      forecast: the function.
      seeds: of the windows.
      size: how many windows.
    """
    check = Check(load_exercises("time_series")["train-forecaster"])
    answer = subject(forecast, "forecast")
    batches = [time_series.next_batch(size, N_STEPS, np.random.default_rng(s)) for s in seeds]
    halves = [
        (x[part], y[part])
        for x, y in batches
        for part in (slice(None, size // 2), slice(size // 2, None))
    ]

    def try_shape(half: Windows) -> None:
        _forecast(answer, half[0])

    def try_error(half: Windows) -> None:
        _check_error(_forecast(answer, half[0]), *half)

    def try_past_only(half: Windows) -> None:
        _check_past_only(answer, half[0])

    def try_alone(half: Windows) -> None:
        _check_alone(answer, half[0], _forecast(answer, half[0]))

    shape = check.each("the forecast has the shape of x, [batch, n_steps, 1]", halves, try_shape)
    sixth = "its mean squared error is at most a sixth of the naive forecast's"
    good = check.each(sixth, halves, try_error, [shape])
    past = "forecast[:, t] does not change with what follows x[:, t]"
    check.each(past, halves, try_past_only, [good])
    alone = "a window alone is forecast as in a batch, at every call"
    check.each(alone, halves, try_alone, [good])
    return check.report()


def _forecast(answer: Subject, x: np.ndarray) -> np.ndarray:
    return as_array(answer(x), x.shape, "window, step, 1")


def _check_error(forecast: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    error, naive = np.mean((forecast - y) ** 2), time_series.naive_mse(x, y)
    if error > SHARE * naive:
        raise Failed(
            f"The error is {error:.3g}, that of the naive forecast is {naive:.3g}; at most "
            f"{SHARE * naive:.3g} is asked for.",
            _why_wrong(forecast, x, naive),
        )


def _why_wrong(forecast: np.ndarray, x: np.ndarray, naive: float) -> str | None:
    if np.mean(np.var(forecast, axis=0)) < 0.01 * np.var(x):
        return "ignores-its-input"
    return "naive-copy" if np.mean((forecast - x) ** 2) < 0.1 * naive else None


def _check_past_only(answer: Subject, x: np.ndarray) -> None:
    """Changes the later inputs: the earlier forecasts must stay."""
    before, again = _forecast(answer, x), _forecast(answer, x)
    chance = np.abs(again - before).max()  # what changes from call to call
    for t in TIMES:
        changed = x.copy()
        changed[:, t + 1 :] = 4 - 3 * changed[::-1, t + 1 :]
        moved = np.abs(_forecast(answer, changed) - before)[:, : t + 1]
        if moved.max() > 1e-3 + 2 * chance:
            step = int(moved.max(axis=(0, 2)).argmax())
            raise Failed(
                f"With other values after step {t}, the forecast at step {step} changes by up to "
                f"{moved.max():.3g}.",
                "looks-ahead",
            )


def _check_alone(answer: Subject, x: np.ndarray, together: np.ndarray) -> None:
    for row in (0, len(x) // 2):
        apart = np.abs(_forecast(answer, x[row : row + 1])[0] - together[row]).max()
        if apart > 1e-3:
            raise Failed(
                f"The forecast of window {row} alone is up to {apart:.3g} from that in a batch. "
                "Does the model keep a state from one call to the next, or look at other windows?"
            )
