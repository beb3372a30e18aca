"""Forecasting in pictures: windows and targets, a network fed with its own forecasts, free runs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.data.time_series import STEP
from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import IGNORED, INPUT, NEUTRAL, OUTPUT, STATE

WINDOW, ROUNDS = 4, 3  # values in a window, forecasts in the picture
PITCH, ROW = 0.72, 1.12  # from one value to the next, from one forecast to the next
LEFT, TOP = 0.5, 2.72  # centre of the first value


def feedback() -> Diagram:
    """Three forecasts in a row, each of which becomes part of the next window."""
    canvas = Canvas(7.3, TOP + 0.42)
    for turn in range(ROUNDS):
        _one_forecast(canvas, turn)
    values = ", ".join(f"x {i}" for i in range(WINDOW))
    return canvas.diagram(
        f"Three rows. First, a window of the four given values {values} goes through predict, and "
        "out comes a new value, x 4. In the second row the window has moved on by one: x 0 has "
        "left it at the left, x 4 has come in at the right, and predict makes x 5 of it. In the "
        "third row the same happens once more: two of the four values in the window are invented."
    )


def _one_forecast(canvas: Canvas, turn: int) -> None:
    y, new = TOP - ROW * turn, WINDOW + turn
    middle = (_x(turn) + _x(new - 1)) / 2
    canvas.panel((middle, y), PITCH * WINDOW + 0.02, 0.66)
    for i in range(turn):
        canvas.box((_x(i), y), f"$x_{{{i}}}$", IGNORED, width=0.52)
    for i in range(turn, new):
        canvas.box((_x(i), y), f"$x_{{{i}}}$", INPUT if i < WINDOW else OUTPUT, width=0.52)
    at = _x(new - 1) + 1.05
    canvas.box((at, y), "predict", STATE, width=0.84)
    canvas.arrow((_x(new - 1) + PITCH / 2 + 0.03, y), (at - 0.42, y))
    canvas.box((at + 0.98, y), f"$x_{{{new}}}$", OUTPUT, width=0.52)
    canvas.arrow((at + 0.42, y), (at + 0.72, y))
    if turn < ROUNDS - 1:
        down = y - ROW / 2 + 0.02
        path = (
            (at + 0.98, y - 0.21),
            (at + 0.98, down),
            (_x(new), down),
            (_x(new), y - ROW + 0.21),
        )
        canvas.arrow(*path, colour=OUTPUT.edge)


def _x(value: int) -> float:
    return LEFT + PITCH * value


def free_runs(
    truth: ArrayLike,
    runs: Mapping[str, ArrayLike],
    n_seed: int,
    columns: int = 1,
    finding: str = "",
) -> Diagram:
    """Series that were invented from a seed, each beside the true one.

    Args:
      truth: [time], the true series, drawn in every panel.
      runs: by the titles of their panels, series [time] that begin with the seed.
      n_seed: how many values the seed has.
      columns: how many panels stand side by side.
      finding: a sentence that says what there is to see, for the alternative text.

    Raises:
      ValueError: if a run is not as long as the truth, or not longer than the seed.
    """
    right = np.asarray(truth, dtype=float)
    rows = -(-len(runs) // columns)
    figure = Figure(figsize=(7.3, 0.5 + 1.75 * rows))
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for ax, (title, values) in zip(axes.ravel(), runs.items(), strict=False):
        run = np.asarray(values, dtype=float)
        if run.shape != right.shape or not 0 < n_seed < len(run):
            raise ValueError(
                f"The run {title!r} has the shape {list(run.shape)}, the truth "
                f"{list(right.shape)}, the seed {n_seed} values. Runs begin with the seed and are "
                "as long as the truth."
            )
        _free_run(ax, right, run, n_seed, title)
    limit = 1.25 * np.abs(right).max()  # a run may explode; the rest should still be seen
    axes[0, 0].set_ylim(-limit, limit)
    for ax in axes[-1]:
        ax.set_xlabel("time")
    for ax in axes[:, 0]:
        ax.set_ylabel("value")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3)
    panels = "; ".join(runs)
    return Diagram(
        figure, f"Invented series, each beside the true one. {panels}. {finding}".strip()
    )


def _free_run(ax: Axes, truth: np.ndarray, run: np.ndarray, n_seed: int, title: str) -> None:
    time = STEP * np.arange(len(run))
    ax.plot(time, truth, color=NEUTRAL.edge, alpha=0.6, lw=1.3, label="true series")
    ax.plot(time[n_seed - 1 :], run[n_seed - 1 :], color=OUTPUT.edge, label="invented")
    ax.plot(time[:n_seed], run[:n_seed], color=INPUT.edge, lw=3, label="seed")
    ax.set_title(title)
