"""Pictures of depth: a stack through time, two directions with lengths, and dropout's masks."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_hex
from matplotlib.figure import Figure
from numpy.typing import NDArray

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import IGNORED, INPUT, OUTPUT, STATE, WEIGHT, Role

PITCH, RISE = 1.22, 0.86  # from one step to the next, from one layer to the next
TICK_COLOURS = LinearSegmentedColormap.from_list("ticks", ["#EEF6FC", "#62A9DC"])
UNITS, STEPS = 24, 16  # of the masks
MASK_COLOURS = ListedColormap([OUTPUT.fill, STATE.edge])


def stack_ticks(n_layers: int, n_steps: int) -> NDArray[np.int_]:
    """When each layer can compute each step, if every layer has a device of its own.

    A cell waits for the layer below at the same step, and for itself at the step before.

    Returns:
      [layers, steps], the first is 0.

    >>> stack_ticks(2, 3)
    array([[0, 1, 2],
           [1, 2, 3]])
    """
    ticks = np.zeros([n_layers + 1, n_steps + 1], dtype=int) - 1
    for layer in range(1, n_layers + 1):
        for t in range(1, n_steps + 1):
            below = ticks[layer - 1, t] if layer > 1 else -1
            ticks[layer, t] = 1 + max(below, ticks[layer, t - 1])
    return ticks[1:, 1:]


def stack(n_layers: int = 3, n_steps: int = 4, ticks: bool = False) -> Diagram:
    """A stack of cells, unrolled over time.

    Args:
      n_layers: how many cells are on top of each other, 2 to 4.
      n_steps: how many steps to unroll, 2 to 5.
      ticks: whether each cell tells the earliest moment at which it can compute.

    Raises:
      ValueError: if a number is out of range.
    """
    for name, value, highest in (("n_layers", n_layers, 4), ("n_steps", n_steps, 5)):
        if not 2 <= value <= highest:
            raise ValueError(
                f"Received an invalid value for argument `{name}`: expected 2 to {highest}, which "
                f"fit on a page, got {value}."
            )
    canvas = Canvas(1.05 + PITCH * n_steps, 1.55 + RISE * (n_layers + 0.2))
    when = stack_ticks(n_layers, n_steps)
    for t in range(n_steps):
        _column(canvas, 1.75 + PITCH * t, t, when[:, t] if ticks else None, n_layers)
    for layer in range(n_layers):
        y = _layer_y(layer)
        colour = WEIGHT.edge
        canvas.text((0.1, y), f"layer {layer}", size=10, align="left", colour=colour, bold=True)
        canvas.arrow((0.8, y), (1.75 - 0.42, y), colour=STATE.edge)
        for t in range(n_steps - 1):
            x = 1.75 + PITCH * t
            canvas.arrow((x + 0.42, y), (x + PITCH - 0.42, y), colour=STATE.edge)
    return canvas.diagram(_stack_in_words(n_layers, n_steps, int(when.max()), ticks))


def _layer_y(layer: int) -> float:
    return 1.15 + RISE * layer


def _column(canvas: Canvas, x: float, t: int, when: NDArray[np.int_] | None, n_layers: int) -> None:
    canvas.box((x, 0.35), f"$x_{t}$", INPUT, width=0.56, height=0.4, size=12)
    canvas.arrow((x, 0.55), (x, _layer_y(0) - 0.25), colour=INPUT.edge)
    for layer in range(n_layers):
        y = _layer_y(layer)
        if when is None:
            canvas.box((x, y), rf"$h^{{({layer})}}_{t}$", STATE, width=0.84, height=0.5, size=12)
        else:
            role = Role(STATE.edge, to_hex(TICK_COLOURS(when[layer] / 7)))
            canvas.box((x, y), str(when[layer]), role, width=0.84, height=0.5, size=12)
        top = y + RISE - 0.25 if layer + 1 < n_layers else y + RISE - 0.2
        canvas.arrow((x, y + 0.25), (x, top), colour=OUTPUT.edge)
    y = _layer_y(n_layers - 1) + RISE
    canvas.box((x, y), f"$y_{t}$", OUTPUT, width=0.56, height=0.4, size=12)


def _stack_in_words(n_layers: int, n_steps: int, last: int, ticks: bool) -> str:
    words = (
        f"A stack of {n_layers} layers over {n_steps} time steps. At each step the input enters "
        "layer 0, the output of each layer goes up into the next, and the top layer's is the "
        "stack's output. Each layer's state goes on to the same layer at the next step."
    )
    if not ticks:
        return words
    return (
        f"{words} The number in each cell is the earliest tick at which it can compute, layer plus "
        f"step: equal numbers lie on diagonals, from 0 at the lower left to {last} at the upper "
        "right."
    )


def both_directions(sequence_length: Sequence[int] = (5, 3)) -> Diagram:
    """Two cells that read sequences of these lengths in opposite directions.

    Args:
      sequence_length: the number of steps of each sequence, 1 to 5.

    Raises:
      ValueError: if a length is out of range.
    """
    if not all(1 <= length <= 5 for length in sequence_length):
        raise ValueError(
            "Received an invalid value for argument `sequence_length`: expected lengths of 1 to 5, "
            f"which fit on a page, got {tuple(sequence_length)}."
        )
    time, height = max(sequence_length), 2.75
    canvas = Canvas(1.25 + PITCH * time, height * len(sequence_length) + 0.1)
    for row, length in enumerate(sequence_length):
        bottom = 0.1 + height * (len(sequence_length) - 1 - row)
        canvas.panel((canvas.width / 2, bottom + 1.3), canvas.width - 0.1, 2.6)
        canvas.text((0.2, bottom + 0.4), f"length {length}", size=10, align="left", bold=True)
        canvas.text((0.2, bottom + 0.99), "forward", align="left", colour=STATE.edge)
        canvas.text((0.2, bottom + 1.57), "backward", align="left", colour=WEIGHT.edge)
        for t in range(time):
            _step_of_both(canvas, (1.9 + PITCH * t, bottom), t, length)
    lengths = " and ".join(map(str, sequence_length))
    return canvas.diagram(
        f"Sequences of {lengths} steps in one batch. The forward cell starts at step 0 of each and "
        "reads to its last step; the backward cell starts at each sequence's own last step and "
        "reads to step 0. At every step the two outputs are joined. Padding past the end of a "
        "sequence is read by neither, and its output is zero."
    )


def _step_of_both(canvas: Canvas, foot: Point, t: int, length: int) -> None:
    x, bottom = foot
    real, backward = t < length, Role(WEIGHT.edge, WEIGHT.fill)
    canvas.box((x, bottom + 0.4), f"$x_{t}$" if real else "pad", INPUT if real else IGNORED,
               width=0.56, height=0.38, dashed=not real)  # fmt: skip
    output = rf"$y_{t}$" if real else "0"
    canvas.box((x, bottom + 2.25), output, OUTPUT if real else IGNORED,
               width=0.56, height=0.38, dashed=not real)  # fmt: skip
    if not real:
        return
    left, right = x - 0.2, x + 0.2
    canvas.box((left, bottom + 0.99), "", STATE, width=0.3, height=0.3)
    canvas.box((right, bottom + 1.57), "", backward, width=0.3, height=0.3)
    canvas.arrow((left, bottom + 0.59), (left, bottom + 0.84), colour=INPUT.edge)
    canvas.arrow((right, bottom + 0.59), (right, bottom + 1.42), colour=INPUT.edge)
    canvas.arrow((left, bottom + 1.14), (left, bottom + 2.06), colour=OUTPUT.edge)
    canvas.arrow((right, bottom + 1.72), (right, bottom + 2.06), colour=OUTPUT.edge)
    if t + 1 < length:
        canvas.arrow((left + 0.15, bottom + 0.99), (left + PITCH - 0.15, bottom + 0.99),
                     colour=STATE.edge)  # fmt: skip
        canvas.arrow((right + PITCH - 0.15, bottom + 1.57), (right + 0.15, bottom + 1.57),
                     colour=WEIGHT.edge)  # fmt: skip


def draw_masks(keep_prob: float, seed: int = 1) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What is kept of some units over time: by an ordinary mask and by a variational one.

    Returns:
      Two arrays [units, steps].

    >>> ordinary, variational = draw_masks(0.5)
    >>> bool((variational == variational[:, :1]).all()), bool((ordinary == ordinary[:, :1]).all())
    (True, False)
    """
    kept = np.random.default_rng(seed).random([UNITS, STEPS]) < keep_prob
    return kept, np.repeat(kept[:, :1], STEPS, axis=1)


def dropout_masks(keep_prob: float = 0.5) -> Diagram:
    """Dropout's masks over time, drawn anew at each step and drawn once.

    Args:
      keep_prob: the share that is kept, above 0 and at most 1.
    """
    masks = draw_masks(keep_prob)
    figure = Figure(figsize=(7.3, 3.7))
    grid = figure.subplots(2, 2, height_ratios=[4, 1.1], sharex=True)
    names = ("ordinary: a new mask at every step", "variational: one mask for all steps")
    for column, (name, kept) in enumerate(zip(names, masks, strict=True)):
        _draw_mask(grid[0, column], kept, name)
        _draw_ever_kept(grid[1, column], kept)
    for ax, label in zip(grid[:, 0], ("unit", "seen so far"), strict=True):
        ax.set_ylabel(label)
    seen = [kept.any(axis=1).mean() for kept in masks]
    return Diagram(
        figure,
        f"Two maps of {UNITS} units by {STEPS} steps, with {keep_prob:.0%} kept. On the left, the "
        f"ordinary mask: a speckled pattern; in the end {seen[0]:.0%} of the units have got "
        "through at some step. On the right, the variational mask: unbroken stripes; the same "
        f"{seen[1]:.0%} of the units get through at every step, the others never.",
    )


def _draw_mask(ax: Axes, kept: NDArray[np.bool_], title: str) -> None:
    edges = np.arange(STEPS + 1) - 0.5, np.arange(UNITS + 1) - 0.5
    ax.pcolormesh(*edges, kept, cmap=MASK_COLOURS, vmin=0, vmax=1, edgecolors="w", linewidth=0.8)
    ax.set(title=title, yticks=[0, UNITS - 1])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelbottom=False)


def _draw_ever_kept(ax: Axes, kept: NDArray[np.bool_]) -> None:
    ever = np.logical_or.accumulate(kept, axis=1).mean(axis=0)
    ax.bar(range(STEPS), ever, color=STATE.edge, width=0.75)
    ax.set(ylim=(0, 1.05), yticks=[0, 1], xlabel="time step", xticks=range(0, STEPS, 5))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
