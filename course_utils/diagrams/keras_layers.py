"""Pictures for Keras's recurrent layers: what they return, how well they agree, what masks do."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import IGNORED, INK, INPUT, NEUTRAL, OUTPUT, STATE, TANH_COLOURS, Role

STATES = {"SimpleRNN": "h", "GRU": "h", "LSTM": "hc"}
STEPS, FIRST, COLUMN = 4, 1.2, 1.15
Y_INPUT, Y_CELL, Y_OUTPUT = 0.55, 1.45, 2.35
AGREE, DIFFER = -8.0, 0.0  # powers of ten
AGREEMENT = LinearSegmentedColormap.from_list("agreement", ["#D8F0E6", "#FFFFFF", "#EE9152"])


def layer_outputs(
    layer: str = "LSTM", return_sequences: bool = False, return_state: bool = False
) -> Diagram:
    """What a Keras layer returns, for four steps: what is returned is filled, the rest is not.

    Args:
      layer: "SimpleRNN", "LSTM" or "GRU".
      return_sequences: as in Keras.
      return_state: as in Keras.

    Raises:
      ValueError: if there is no such layer.
    """
    if layer not in STATES:
        raise ValueError(f"layer must be one of {', '.join(STATES)}, got {layer!r}.")
    canvas = Canvas(7.3, 3.35)
    for t in range(STEPS):
        x = FIRST + COLUMN * t
        returned = return_sequences or t == STEPS - 1
        _step(canvas, x, t, OUTPUT if returned else IGNORED)
    canvas.text((0.1, Y_CELL), "zeros", size=10, align="left")
    canvas.arrow((0.6, Y_CELL), (FIRST - 0.36, Y_CELL), colour=STATE.edge)
    end = FIRST + COLUMN * (STEPS - 1)
    for i, part in enumerate(STATES[layer]):
        apart = 0.27 * (len(STATES[layer]) - 1)
        y, role = Y_CELL + apart * (1 - 2 * i), STATE if return_state else IGNORED
        start = Y_CELL + apart / 2 * (1 - 2 * i)
        canvas.arrow((end + 0.36, start), (end + 0.85, start), colour=role.edge)
        canvas.box((end + 1.1, y), part, role, width=0.5)
    call, shapes = _in_words(layer, return_sequences, return_state)
    canvas.text((0.1, 3.1), call, size=10.5, align="left", bold=True)
    canvas.text((0.1, 2.8), f"returns {shapes}", size=10, align="left")
    return canvas.diagram(
        f"{call} over four steps. Each step has an input and an output; the state goes on from "
        f"step to step and ends as {' and '.join(STATES[layer])}. What is returned: {shapes}."
    )


def _step(canvas: Canvas, x: float, t: int, role: Role) -> None:
    canvas.box((x, Y_INPUT), f"$x_{t}$", INPUT)
    canvas.arrow((x, Y_INPUT + 0.21), (x, Y_CELL - 0.21), colour=INPUT.edge)
    canvas.box((x, Y_CELL), "cell", NEUTRAL, width=0.72)
    canvas.arrow((x, Y_CELL + 0.21), (x, Y_OUTPUT - 0.21), colour=role.edge)
    canvas.box((x, Y_OUTPUT), f"$y_{t}$", role)
    if t:
        canvas.arrow((x - COLUMN + 0.36, Y_CELL), (x - 0.36, Y_CELL), colour=STATE.edge)


def _in_words(layer: str, return_sequences: bool, return_state: bool) -> tuple[str, str]:
    options = [f"return_sequences={return_sequences}", f"return_state={return_state}"]
    outputs = "[batch, time, units]" if return_sequences else "[batch, units]"
    states = ", ".join(f"{part} [batch, units]" for part in STATES[layer])
    shapes = f"outputs {outputs}, and {states}" if return_state else f"outputs {outputs}"
    return f"{layer}(units, {', '.join(options)})", shapes


def agreement(differences: Mapping[str, Mapping[str, float]]) -> Diagram:
    """How far built-in and hand-built results lie apart, in powers of ten, as a table.

    Args:
      differences: for each comparison the largest difference of each result; what a comparison
        does not have is left blank.
    """
    columns = list(dict.fromkeys(name for row in differences.values() for name in row))
    powers = np.full([len(differences), len(columns)], np.nan)
    for i, row in enumerate(differences.values()):
        for name, value in row.items():
            powers[i, columns.index(name)] = np.log10(max(value, 10.0**AGREE))
    figure = Figure(figsize=(7.3, 0.9 + 0.42 * len(differences)))
    ax = figure.subplots()
    ax.pcolormesh(powers, cmap=AGREEMENT, vmin=AGREE, vmax=DIFFER, edgecolors="white", linewidth=2)
    for (i, j), power in np.ndenumerate(powers):
        if np.isfinite(power):
            ax.text(j + 0.5, i + 0.5, _as_power(power), ha="center", va="center", color=INK)
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.set_yticks(np.arange(len(differences)) + 0.5, list(differences))
    ax.invert_yaxis()
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    agreeing = sum(max(row.values()) < 1e-5 for row in differences.values())
    ax.set_title(f"Largest differences: {agreeing} of {len(differences)} are mere rounding")
    return Diagram(figure, _differences_in_words(differences))


def _as_power(power: float) -> str:
    if power <= AGREE:
        return "0"
    return f"{10**power:.1g}" if power > -4 else f"$10^{{{round(power)}}}$"


def _differences_in_words(differences: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        f"{name}: {'rounding' if max(row.values()) < 1e-5 else f'{max(row.values()):.1g}'}"
        for name, row in differences.items()
    ]
    return (
        "The largest difference between Keras and the hand-built version. " + "; ".join(rows) + "."
    )


def masked_runs(
    runs: Mapping[str, tuple[Sequence[bool], ArrayLike]], alike: Sequence[str] = ()
) -> Diagram:
    """The outputs of one and the same sequence, padded in several ways, one strip a run.

    Args:
      runs: for each run's name which of its steps are real, and its outputs [time, units].
      alike: names of the runs that end as the sequence itself does.
    """
    time = max(len(real) for real, _ in runs.values())
    figure = Figure(figsize=(7.3, 0.6 + 0.62 * len(runs)))
    axes = np.ravel(figure.subplots(len(runs), 1))
    for ax, (name, (real, outputs)) in zip(axes, runs.items(), strict=True):
        values = np.asarray(outputs, dtype=float).T  # [units, time]
        edges = np.arange(values.shape[1] + 1) - 0.5, np.arange(values.shape[0] + 1) - 0.5
        ax.pcolormesh(*edges, values, cmap=TANH_COLOURS, vmin=-1, vmax=1, ec="white", lw=1)
        for (row, t), value in np.ndenumerate(values):
            text = f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")
            colour = INK if real[t] else IGNORED.text
            ax.text(t, row, text, ha="center", va="center", fontsize=9, color=colour)
        ax.set(xlim=(-0.5, time + 1.1), xticks=[], yticks=[])
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        verdict, role = ("same end", INPUT) if name in alike else ("another end", OUTPUT)
        ax.text(time - 0.3, 0.5, verdict, va="center", color=role.edge, weight="bold")
        ax.invert_yaxis()
        ax.grid(False)
        ax.spines[:].set_visible(False)
    axes[0].set_title("With a mask it does not matter where the padding is")
    axes[-1].set(xticks=range(time), xlabel="step")
    ends = [f"{name}: {'the same end' if name in alike else 'another end'}" for name in runs]
    return Diagram(
        figure, "Outputs of one sequence, padded in several ways. " + "; ".join(ends) + "."
    )
