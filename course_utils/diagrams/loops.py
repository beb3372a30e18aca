"""Pictures for the loop in the graph: its variables, and what a loop with lengths does."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import INK, INPUT, NEUTRAL, OUTPUT, STATE, TANH_COLOURS, Role

X_BEFORE, X_READ, X_BODY, X_AFTER = 0.8, 2.75, 4.4, 6.45
Y_OUTPUTS, Y_STATE, Y_READ, Y_TIME, Y_TITLE = 3.3, 2.35, 1.8, 1.25, 4.05
LEFT, RIGHT, BOTTOM, TOP = 1.85, 5.4, 0.75, 3.75  # of the body
MASK_COLOURS = ListedColormap(["#FFFFFF", INPUT.fill])
Array = NDArray[np.float64]


def while_loop() -> Diagram:
    """The loop variables on their way through the body of `tf.while_loop`."""
    canvas = Canvas(7.3, 4.3)
    canvas.panel(((LEFT + RIGHT) / 2, (BOTTOM + TOP) / 2), RIGHT - LEFT, TOP - BOTTOM)
    for x, title in ((X_BEFORE, "before"), (3.62, "body: one turn"), (X_AFTER, "after")):
        canvas.text((x, Y_TITLE), title, size=11, bold=True)
    _lane(canvas, Y_OUTPUTS, OUTPUT, ("outputs:\nempty", "write", "outputs,\nto stack"))
    _lane(canvas, Y_STATE, STATE, ("state:\nzeros", "cell", "final\nstate"))
    _lane(canvas, Y_TIME, NEUTRAL, ("t:  0", "t + 1", ""))
    _inside_the_body(canvas)
    path = (RIGHT - 0.3, BOTTOM), (RIGHT - 0.3, 0.45), (LEFT + 0.3, 0.45), (LEFT + 0.3, BOTTOM)
    canvas.arrow(*path)
    canvas.text((3.62, 0.2), "again with the new values, while  t < n_steps")
    return canvas.diagram(
        "The loop as one operation of the graph. Three loop variables go in: outputs, an empty "
        "TensorArray; state, zeros; and t, which is 0. In the body t chooses what is read from "
        "the inputs; the cell makes an output and a new state of that and the state; write puts "
        "the output into outputs; t + 1 is the new t. The three new values go through the body "
        "again while t is less than n_steps. Then outputs is stacked, and state is the final state."
    )


def _lane(canvas: Canvas, y: float, role: Role, names: tuple[str, str, str]) -> None:
    before, inside, after = names
    canvas.box((X_BEFORE, y), before, role, width=1.3, height=0.56)
    canvas.arrow((X_BEFORE + 0.65, y), (X_BODY - 0.45, y), colour=role.edge)
    canvas.box((X_BODY, y), inside, role, width=0.9, height=0.44)
    if after:
        canvas.box((X_AFTER, y), after, role, width=1.3, height=0.56)
        canvas.arrow((X_BODY + 0.45, y), (X_AFTER - 0.65, y), colour=role.edge)
    else:
        canvas.arrow((X_BODY + 0.45, y), (RIGHT, y), colour=role.edge)


def _inside_the_body(canvas: Canvas) -> None:
    canvas.arrow((X_READ, Y_TIME), (X_READ, Y_READ - 0.2))
    canvas.box((X_READ, Y_READ), "inputs[t]", INPUT, width=1.0, height=0.4)
    turn = (X_BODY, Y_READ)
    canvas.arrow((X_READ + 0.5, Y_READ), turn, (X_BODY, Y_STATE - 0.22), colour=INPUT.edge)
    canvas.arrow((X_BODY, Y_STATE + 0.22), (X_BODY, Y_OUTPUTS - 0.22), colour=OUTPUT.edge)
    canvas.text((X_BODY + 0.12, (Y_STATE + Y_OUTPUTS) / 2), "output", size=9.5, align="left")


def loop_steps(
    sequence_length: Sequence[int], states: ArrayLike, outputs: ArrayLike, step: int
) -> Diagram:
    """Mask, state and output of a loop with lengths, up to a step; what comes later is blank.

    Args:
      sequence_length: [batch], the number of steps of each sequence.
      states: [batch, time, units], the state after each step, within -1..1.
      outputs: [batch, time, units], within -1..1.
      step: the last step to show, 0..time - 1.

    Raises:
      ValueError: if `step` is out of range.
    """
    values = np.asarray(states, dtype=float), np.asarray(outputs, dtype=float)
    batch, time, _ = values[0].shape
    if not 0 <= step < time:
        raise ValueError(f"step must be in 0..{time - 1}, the steps of the loop, got {step}.")
    figure = Figure(figsize=(7.3, 0.75 + 1.05 * batch))
    grid = figure.subplots(batch, 3, width_ratios=[0.8, 1, 1], squeeze=False)
    for axes, length, *rows in zip(grid, sequence_length, *values, strict=True):
        real = np.arange(time) < length
        _strip(axes[0], real[np.newaxis].astype(float), step, MASK_COLOURS, lowest=0)
        axes[0].set_ylabel(f"length {length}", rotation=0, ha="right", va="center")
        for ax, row in zip(axes[1:], rows, strict=True):
            _strip(ax, row.T, step, TANH_COLOURS, lowest=-1)
        _frame(axes[1], length, step, height=values[0].shape[2])
    for ax, name in zip(grid[0], ("mask: t < length", "state", "output"), strict=True):
        ax.set_title(name)
    for ax in grid[-1]:
        ax.set(xticks=range(time), xlabel="step t")
    running = sum(length > step for length in sequence_length)
    figure.suptitle(f"After step {step}: {running} running, {batch - running} frozen")
    return Diagram(figure, _in_words(sequence_length, step))


def _strip(ax: Axes, values: Array, step: int, colours: Colormap, lowest: float) -> None:
    """Draws [rows, time] numbers as coloured squares, those after the step left white."""
    rows, time = values.shape
    shown = np.where(np.arange(time) <= step, values, np.nan)
    ax.pcolormesh(
        np.arange(time + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        np.ma.masked_invalid(shown),
        cmap=colours,
        vmin=lowest,
        vmax=1,
        edgecolors="#C9CFD5",
        linewidth=1,
    )
    for (row, t), value in np.ndenumerate(values[:, : step + 1]):
        text = f"{value:.0f}" if value in (0, 1) else f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
        ax.text(t, row, text, ha="center", va="center", fontsize=9, color=INK)
    ax.set(xticks=[], yticks=[])
    ax.invert_yaxis()
    ax.grid(False)
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, length: int, step: int, height: int) -> None:
    """Frames the frozen part of a state."""
    if step >= length:
        corner, width = (length - 0.5, -0.5), step - length + 1
        frame = Rectangle(corner, width, height, fill=False, ec=STATE.edge, lw=2, gid="frozen")
        ax.add_patch(frame)


def _in_words(sequence_length: Sequence[int], step: int) -> str:
    parts = []
    for row, length in enumerate(sequence_length):
        what = "runs" if step < length else "is past its end: its state is frozen, its output zero"
        parts.append(f"Sequence {row}, of length {length}, {what}.")
    return f"The loop after step {step}. " + " ".join(parts)
