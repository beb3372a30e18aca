"""Explorers: pictures that follow a few controls, and one still picture where nothing can move."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.style as mpl_style
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure, FigureBase
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams import Diagram
from course_utils.plotting import INK, INPUT, STATE, STYLE, WEIGHT, heatmap, img_tag

try:
    import ipywidgets
except ImportError:  # then explorers show their still picture
    ipywidgets = None

Array = NDArray[np.float64]
SATURATION = 0.01  # a unit is saturated if the slope 1 - h² is below this
TERMS = ("x Wx", "h Wh", "b")
TANH_RANGE = float(np.arctanh(np.sqrt(1 - SATURATION)))  # sums beyond saturate


def explorer(
    draw: Callable[..., Diagram],
    controls: Mapping[str, Sequence[Any]],
    static: Callable[[], Diagram],
) -> None:
    """Shows a picture with controls, or a still one if `COURSE_STATIC=1` or without ipywidgets.

    Args:
      draw: makes the picture from one value of each control, passed by name.
      controls: the values that each control offers, by the name of the argument of `draw`: words
        in a list to choose from, all else along a slider.
      static: makes the still picture, which should say as much as the moving one.
    """
    if os.environ.get("COURSE_STATIC") == "1" or ipywidgets is None:
        with mpl_style.context(STYLE):
            static().show()
    else:
        display(_live(draw, controls))


def _live(draw: Callable[..., Diagram], controls: Mapping[str, Sequence[Any]]) -> Any:
    chosen = {
        name: _control(name, values, max(map(len, controls))) for name, values in controls.items()
    }
    picture = ipywidgets.HTML()

    def redraw(_change: object = None) -> None:
        with mpl_style.context(STYLE):
            diagram = draw(**{name: control.value for name, control in chosen.items()})
            picture.value = img_tag(diagram.figure, diagram.alt)

    for control in chosen.values():
        control.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*chosen.values(), picture])


def _control(name: str, values: Sequence[Any], longest: int) -> Any:
    """A slider, or a list for words, which a slider has no room to show."""
    words = any(isinstance(value, str) for value in values)
    return (ipywidgets.Dropdown if words else ipywidgets.SelectionSlider)(
        options=list(values),
        description=name.replace("_", " "),
        style={"description_width": f"{longest + 2}ch"},  # the same for all, so that they line up
    )


class Step(NamedTuple):
    """What a basic recurrent cell computes at one time step, for a batch."""

    x: Array  # [batch, features]
    h_in: Array  # [batch, units], as all below
    from_input: Array
    from_state: Array
    bias: Array
    total: Array
    h_out: Array


def unroll_stepper(
    inputs: Sequence[ArrayLike],
    Wx: ArrayLike,
    Wh: ArrayLike,
    b: ArrayLike,
    initial_state: ArrayLike | None = None,
) -> None:
    """Steps through time: what goes into the sum at each step, and what tanh makes of it.

    Args:
      inputs: a list of [batch, features] arrays, one a time step.
      Wx: [features, units] input weights.
      Wh: [units, units] recurrent weights.
      b: [units] or [1, units] bias.
      initial_state: [batch, units]; zeros if left out.

    Raises:
      ValueError: if a shape does not fit the others, naming the argument and the shape expected.
    """
    steps = _run(inputs, Wx, Wh, b, initial_state)
    explorer(
        draw=lambda instance, step: _draw_one(steps, instance, step),
        controls={"instance": range(len(steps[0].x)), "step": range(len(steps))},
        static=lambda: _draw_all(steps),
    )


def _run(
    inputs: Sequence[ArrayLike],
    Wx: ArrayLike,
    Wh: ArrayLike,
    b: ArrayLike,
    initial_state: ArrayLike | None,
) -> list[Step]:
    xs = [_matrix(f"inputs[{t}]", x, "[batch, features]") for t, x in enumerate(inputs)]
    if not xs:
        raise ValueError(
            "Received an invalid value for argument `inputs`: expected a list of [batch, features] "
            "arrays, one a time step, got an empty list."
        )
    kernel = _matrix("Wx", Wx, "[features, units]")
    recurrent = _matrix("Wh", Wh, "[units, units]")
    bias = _matrix("b", np.atleast_2d(b), "[1, units]")
    (batch, features), units = xs[0].shape, recurrent.shape[1]
    zeros = np.zeros((batch, units))
    state = zeros if initial_state is None else np.asarray(initial_state, dtype=float)
    for t, x in enumerate(xs):
        _check_shape(f"inputs[{t}]", x, "[batch, features]", (batch, features))
    _check_shape("Wx", kernel, "[features, units]", (features, units))
    _check_shape("Wh", recurrent, "[units, units]", (units, units))
    _check_shape("b", bias, "[1, units]", (1, units))
    _check_shape("initial_state", state, "[batch, units]", (batch, units))
    return _unroll(xs, kernel, recurrent, bias, state)


def _matrix(name: str, value: ArrayLike, axes: str) -> Array:
    matrix = np.asarray(value, dtype=float)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(
            f"Received an invalid value for argument `{name}`: expected a matrix {axes}, got "
            f"shape {matrix.shape}."
        )
    return matrix


def _check_shape(name: str, value: Array, axes: str, expected: tuple[int, int]) -> None:
    if value.shape != expected:
        raise ValueError(
            f"Received an invalid value for argument `{name}`: expected shape {axes} = "
            f"{expected}, got {value.shape}."
        )


def _unroll(xs: list[Array], Wx: Array, Wh: Array, b: Array, h: Array) -> list[Step]:
    steps = []
    for x in xs:
        total = x @ Wx + h @ Wh + b
        steps.append(
            Step(x, h, x @ Wx, h @ Wh, np.repeat(b, len(x), axis=0), total, np.tanh(total))
        )
        h = np.tanh(total)
    return steps


def _draw_one(steps: list[Step], instance: int, step: int) -> Diagram:
    figure = Figure(figsize=(7.3, 4.6))
    _draw_step(figure, steps, instance, step)
    return Diagram(figure, _step_in_words(steps[step], instance, step))


def _draw_all(steps: list[Step]) -> Diagram:
    columns = min(2, len(steps))
    rows = -(-len(steps) // columns)
    figure = Figure(figsize=(3.65 * columns, 4.6 * rows))
    panels = figure.subfigures(rows, columns, squeeze=False).ravel()
    for t in range(len(steps)):
        _draw_step(panels[t], steps, 0, t)
    words = " ".join(_step_in_words(step, 0, t) for t, step in enumerate(steps))
    return Diagram(figure, words)


def _draw_step(panel: FigureBase, steps: list[Step], instance: int, t: int) -> None:
    step = Step(*(array[instance] for array in steps[t]))
    finding = f"{_saturated(step.h_out)} of {step.h_out.size} saturated"
    panel.suptitle(f"Instance {instance}, step {t}: {finding}", weight="bold", size=10)
    x, h_in, terms, h_out = panel.subplots(4, 1, height_ratios=[1, 1, 5, 1])
    _strip(x, step.x, "x")
    _state_strip(h_in, step.h_in, "h in")
    _draw_terms(terms, step)
    limit = 1.08 * max(_largest(s) for s in steps)  # the same in every picture, to compare them
    terms.set_ylim(-limit, limit)
    _state_strip(h_out, step.h_out, "h out")


def _saturated(h: Array) -> int:
    return int(np.sum(1 - h**2 < SATURATION))


def _largest(step: Step) -> float:
    return max(float(np.abs(a).max()) for a in (step.from_input, step.from_state, step.total))


def _strip(ax: Axes, values: Array, name: str) -> None:
    edges = np.arange(values.size + 1) - 0.5
    ax.pcolormesh(edges, [0, 1], values[None], cmap=ListedColormap([INPUT.fill]), ec="w", lw=2)
    for i, value in enumerate(values):
        ax.text(i, 0.5, f"{value:.3g}", ha="center", va="center", size=9)
    _only_name(ax, name)


def _state_strip(ax: Axes, values: Array, name: str) -> None:
    heatmap(ax, values[None], "", eps=SATURATION)
    _only_name(ax, name)


def _only_name(ax: Axes, name: str) -> None:
    ax.set(xticks=[], yticks=[], xlabel="")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set_ylabel(name, rotation=0, ha="right", va="center")


def _draw_terms(ax: Axes, step: Step) -> None:
    units = np.arange(step.total.size)
    terms = ((step.from_input, INPUT), (step.from_state, STATE), (step.bias, WEIGHT))
    for i, ((values, role), name) in enumerate(zip(terms, TERMS, strict=True)):
        ax.bar(units + 0.24 * (i - 1), values, 0.22, color=role.edge, label=name)
    ax.hlines(step.total, units - 0.38, units + 0.38, color=INK, lw=2, label="sum")
    ax.axhspan(-TANH_RANGE, TANH_RANGE, color="#E6EAEE", zorder=0, label="not saturated")
    ax.axhline(0, color=INK, lw=0.8)
    ax.set(xlim=(-0.5, units.size - 0.5), xticks=units, xlabel="unit", ylabel="terms of the sum")
    ax.legend(
        ncols=5,
        loc="lower center",
        bbox_to_anchor=(0.45, 1),
        columnspacing=0.8,
        handlelength=0.8,
        handletextpad=0.4,
    )


def _step_in_words(step: Step, instance: int, t: int) -> str:
    terms = np.abs([step.from_input[instance], step.from_state[instance], step.bias[instance]])
    largest = ", ".join(
        f"{name} in {np.sum(terms.argmax(axis=0) == i)}" for i, name in enumerate(TERMS)
    )
    total, h = step.total[instance], step.h_out[instance]
    return (
        f"Instance {instance}, step {t}: of {h.size} units the largest term is {largest}; the sums "
        f"lie from {total.min():.2f} to {total.max():.2f}; saturated: {_saturated(h)}."
    )
