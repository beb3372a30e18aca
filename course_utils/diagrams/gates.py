"""What gates do over time: charts of their values, and of how far gradients reach."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams.canvas import Diagram
from course_utils.plotting import INK, INPUT, STATE

GATES = ("forget", "input", "output")
FLOOR = 1e-14  # norms below are as good as none; the axis ends here


def gate_values(
    inputs: ArrayLike, marks: ArrayLike, gates: ArrayLike, c: ArrayLike, title: str
) -> Diagram:
    """One LSTM unit over one sequence: the inputs, its three gates and its long-term state.

    Args:
      inputs: [time] numbers.
      marks: [time], not zero at the steps that matter.
      gates: [3, time] in 0..1: forget, input and output gate.
      c: [time].
      title: what the reader should see.
    """
    values, marked = np.asarray(inputs, float), np.flatnonzero(marks)
    figure = Figure(figsize=(7.3, 5.2))
    top, *middle, bottom = figure.subplots(5, 1, sharex=True, height_ratios=[1, 1, 1, 1, 1.3])
    top.plot(values, "o", markersize=2.5, color=INPUT.edge, alpha=0.45)
    top.plot(marked, values[marked], "D", markersize=6, color=INPUT.edge)
    top.set(title=title, ylabel="number", ylim=(-0.1, 1.1), yticks=(0, 1))
    for ax, name, gate in zip(middle, GATES, np.asarray(gates), strict=True):
        ax.fill_between(np.arange(values.size), gate, step="mid", alpha=0.35, color="C3")
        ax.set(ylabel=name, ylim=(-0.05, 1.05), yticks=(0, 1))
    bottom.plot(c, color=STATE.edge)
    bottom.set(ylabel="c", xlabel="time step")
    for ax in (top, *middle, bottom):
        for step in marked:
            ax.axvline(step, color=INK, linestyle=":", linewidth=1)
    figure.align_ylabels()
    return Diagram(figure, _values_in_words(marked, np.asarray(gates), np.asarray(c, float)))


def _values_in_words(
    marked: NDArray[np.intp], gates: NDArray[np.float64], c: NDArray[np.float64]
) -> str:
    steps = " and ".join(str(step) for step in marked)
    means = ", ".join(
        f"{name} {row[marked].mean():.2f} there and {np.delete(row, marked).mean():.2f} elsewhere"
        for name, row in zip(GATES, gates, strict=True)
    )
    return (
        f"A sequence of {c.size} inputs, marked at steps {steps}, and one LSTM unit. Means of its "
        f"gates: {means}. Its long-term state ends at {c[-1]:.2f}."
    )


def gradient_reach(
    panels: Mapping[str, Mapping[str, ArrayLike]], theory: Mapping[str, float] | None = None
) -> Diagram:
    """How strongly the last output depends on the input of each step, on a logarithmic scale.

    Args:
      panels: for each panel's title the norms of some cells by name, each [time], from distance 0
        on. A cell has the same colour in every panel.
      theory: names of cells with the share of the state that one step keeps; a dashed line shows
        its powers, from the cell's norm at distance 1 on.
    """
    figure = Figure(figsize=(7.3, 3.9))
    axes = np.ravel(figure.subplots(1, len(panels), sharey=True, squeeze=False))
    names = list(dict.fromkeys(name for norms in panels.values() for name in norms))
    for ax, (title, norms) in zip(axes, panels.items(), strict=True):
        for name, values in norms.items():
            _line(ax, f"C{names.index(name)}", name, np.asarray(values), (theory or {}).get(name))
        ax.set(title=title, xlabel="steps back", yscale="log", ylim=(FLOOR, 30))
    axes[0].set_ylabel("gradient of the last output in the input")
    axes[0].legend(loc="lower left")
    return Diagram(figure, " ".join(_reach_in_words(*panel) for panel in panels.items()))


def _line(ax: Axes, colour: str, name: str, norms: NDArray[np.float64], kept: float | None) -> None:
    distances = np.arange(len(norms))
    ax.plot(distances, np.maximum(norms, FLOOR / 100), color=colour, label=name)
    if kept is not None:
        powers = norms[1] * kept ** (distances[1:] - 1.0)
        ax.plot(distances[1:], powers, "--", color=colour, linewidth=1.2)


def _reach_in_words(title: str, norms: Mapping[str, ArrayLike]) -> str:
    ends = ", ".join(f"{name} {_power(np.asarray(values)[-1])}" for name, values in norms.items())
    distance = len(next(iter(norms.values()))) - 1  # type: ignore[arg-type]
    return f"{title}: {distance} steps back the gradient is for {ends}."


def _power(norm: float) -> str:
    if norm < FLOOR:
        return "as good as zero"
    return f"about 10 to the {round(float(np.log10(norm)))}"
