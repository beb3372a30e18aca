"""Pictures of attention: the two ways from source to output, and who looks at what."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import INK, INPUT, NEUTRAL, OUTPUT, STATE, WEIGHT

WEIGHT_COLOURS = LinearSegmentedColormap.from_list("weight", ["#FFFFFF", STATE.edge])
VISIBLE = 0.03  # smaller weights are left out where there are many
Y_WORDS, Y_STATES, Y_DECODER, Y_OUTPUTS, Y_TITLE = 0.45, 1.2, 2.75, 3.5, 4.15


def bottleneck_and_attention() -> Diagram:
    """A decoder that gets one vector of the source, and one that looks at every step of it."""
    canvas = Canvas(7.3, 4.45)
    for left, title in ((0.3, "one vector"), (4.0, "attention")):
        canvas.text((left + 1.5, Y_TITLE), title, size=12, bold=True)
        _chains(canvas, left)
    last, first = (2.55, Y_STATES), (0.6, Y_DECODER)
    path = (last[0], Y_STATES + 0.21), (last[0], 2.0), (first[0], 2.0), (first[0], Y_DECODER - 0.21)
    canvas.arrow(*path, colour=STATE.edge)
    canvas.text((1.575, 1.72), "the last state: all there is", size=9.5)
    _look(canvas, left=4.0)
    return canvas.diagram(
        "Two networks that read four words and write three. Left, one vector: an arrow leads from "
        "the encoder's last state to the decoder's first, and nothing else connects them. Right, "
        "attention: all four states of the encoder lead into a context, with weights, and the "
        "context leads to the decoder's step that is being made."
    )


def _chains(canvas: Canvas, left: float) -> None:
    words = ("seventy", "eight", "twenty", "one")
    xs = [left + 0.3 + 0.65 * i for i in range(4)]
    for x, word in zip(xs, words, strict=True):
        canvas.text((x, Y_WORDS), word, size=9, colour=INPUT.edge)
        canvas.arrow((x, Y_WORDS + 0.14), (x, Y_STATES - 0.21))
        canvas.box((x, Y_STATES), "", STATE, width=0.4)
    for a, b in pairwise(xs):
        canvas.arrow((a + 0.2, Y_STATES), (b - 0.2, Y_STATES), colour=STATE.edge)
    outputs = [left + 0.3 + 0.975 * i for i in range(3)]
    for x, word in zip(outputs, ("soixante", "dix", "huit"), strict=True):
        canvas.box((x, Y_DECODER), "", STATE, width=0.4)
        canvas.arrow((x, Y_DECODER + 0.21), (x, Y_OUTPUTS - 0.14))
        canvas.text((x, Y_OUTPUTS), word, size=9, colour=OUTPUT.edge)
    for a, b in pairwise(outputs):
        canvas.arrow((a + 0.2, Y_DECODER), (b - 0.2, Y_DECODER), colour=STATE.edge)


def _look(canvas: Canvas, left: float) -> None:
    """Lines from all of the encoder's states into one context; the stronger, the wider."""
    context: Point = (left + 1.275, 2.02)
    for i, weight in enumerate((0.55, 0.35, 0.06, 0.04)):
        x = left + 0.3 + 0.65 * i
        canvas.axes.plot(
            (x, context[0]),
            (Y_STATES + 0.21, context[1] - 0.15),
            color=WEIGHT.edge,
            lw=0.6 + 7 * weight,
            solid_capstyle="butt",
            zorder=1,
        )
    canvas.box(context, "context", WEIGHT, width=0.85, height=0.34, size=9.5)
    canvas.arrow((context[0], 2.19), (context[0], Y_DECODER - 0.21), colour=WEIGHT.edge)


def alignment(
    weights: ArrayLike, source: Sequence[str], target: Sequence[str], title: str
) -> Diagram:
    """A heat map: how much each output looked at each word of the source.

    Args:
      weights: [len(target), len(source)], each row adds up to 1.
      source: words.
      target: the words that were written.
      title: whose weights they are, or what they show.

    Raises:
      ValueError: if the shape of `weights` does not fit the words.
    """
    array = _checked(weights, source, target)
    figure = Figure(figsize=(7.3, 1.5 + 0.27 * len(target)))
    ax = figure.subplots()
    edges = np.arange(len(source) + 1) - 0.5, np.arange(len(target) + 1) - 0.5
    mesh = ax.pcolormesh(*edges, array, cmap=WEIGHT_COLOURS, vmin=0, vmax=1, ec="#E6EAEE", lw=0.8)
    ax.set_xticks(range(len(source)), source, rotation=45, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(target)), target)
    ax.xaxis.tick_top()
    ax.invert_yaxis()
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_ylabel("output")
    figure.suptitle(title)
    figure.colorbar(mesh, ax=ax, label="weight", shrink=0.8)
    return Diagram(
        figure,
        f"{title}: heat map of attention weights, a row for each of the {len(target)} output words "
        f"({' '.join(target)}), a column for each of the {len(source)} source words "
        f"({' '.join(source)}).",
    )


def attention_step(
    weights: ArrayLike, source: Sequence[str], target: Sequence[str], step: int
) -> Diagram:
    """Which words of the source one output looks at; the wider the line, the larger the weight.

    Args:
      weights: [len(target), len(source)], each row adds up to 1.
      source: words.
      target: the words that were written.
      step: which of them, 0..len(target) - 1.

    Raises:
      ValueError: if the shape does not fit, or `step` is out of range.
    """
    array = _checked(weights, source, target)
    if not 0 <= step < len(target):
        raise ValueError(f"step must be in 0..{len(target) - 1}, the outputs, got {step}.")
    canvas = Canvas(7.3, 2.6)
    above, below = _places(len(target)), _places(len(source))
    for i, (x, word) in enumerate(zip(above, target, strict=True)):
        colour = OUTPUT.edge if i == step else NEUTRAL.edge
        _word(canvas, (x, 2.05), word, colour, upwards=True)
    for x, word, weight in zip(below, source, array[step], strict=True):
        _word(canvas, (x, 0.75), word, INK if weight > 0.1 else NEUTRAL.edge, upwards=False)
        _line(canvas, (above[step], 1.95), (x, 0.85), weight)
    strongest = np.argsort(-array[step], kind="stable")[:2]
    told = " and ".join(f"{source[i]} ({array[step, i]:.2f})" for i in strongest)
    return canvas.diagram(f"Output {step}, {target[step]}, looks most at {told}.")


def attention_lines(weights: ArrayLike, source: Sequence[str], target: Sequence[str]) -> Diagram:
    """All outputs of `attention_step` in one picture.

    Args:
      weights: [len(target), len(source)], each row adds up to 1.
      source: words.
      target: the words that were written.

    Raises:
      ValueError: if the shape of `weights` does not fit the words.
    """
    array = _checked(weights, source, target)
    canvas = Canvas(7.3, 3.1)
    above, below = _places(len(target)), _places(len(source))
    for x, word in zip(above, target, strict=True):
        _word(canvas, (x, 2.35), word, OUTPUT.edge, upwards=True)
    for x, word in zip(below, source, strict=True):
        _word(canvas, (x, 0.75), word, INK, upwards=False)
    for (i, j), weight in np.ndenumerate(np.where(array < VISIBLE, 0, array)):
        _line(canvas, (above[i], 2.25), (below[j], 0.85), weight)
    return canvas.diagram(
        f"Lines from each of the {len(target)} output words ({' '.join(target)}) down to the "
        f"source words ({' '.join(source)}) it looks at; the larger a weight, the wider its line."
    )


def _line(canvas: Canvas, start: Point, end: Point, weight: float) -> None:
    if weight == 0:
        return
    xs, ys = zip(start, end, strict=True)
    canvas.axes.plot(xs, ys, color=STATE.edge, lw=7 * weight, alpha=0.8, gid="look")


def _places(count: int) -> list[float]:
    return [0.35 + 6.6 * (i + 0.5) / count for i in range(count)]


def _word(canvas: Canvas, at: Point, word: str, colour: str, upwards: bool) -> None:
    canvas.axes.text(
        *at,
        word,
        size=9,
        color=colour,
        rotation=40,
        rotation_mode="anchor",
        ha="left" if upwards else "right",
        va="center",
        fontfamily="DejaVu Sans",
    )


def _checked(
    weights: ArrayLike, source: Sequence[str], target: Sequence[str]
) -> NDArray[np.float64]:
    array = np.asarray(weights, dtype=float)
    if array.shape != (len(target), len(source)):
        raise ValueError(
            f"weights must be [{len(target)}, {len(source)}], a row for each output and a column "
            f"for each source word; got the shape {list(array.shape)}."
        )
    return array


def compared(reference: Sequence[str], outputs: dict[str, Sequence[str]]) -> Diagram:
    """What several networks wrote, below what they should have written; wrong words stand out.

    The alternative text names no words, since those of a trained network may vary.

    Args:
      reference: the right words.
      outputs: the words of each network, by its name.
    """
    rows = {"right": reference, **outputs}
    columns = max(map(len, rows.values()))
    canvas = Canvas(7.3, 0.35 + 0.95 * len(rows))
    pitch = 6.9 / max(1, columns)
    for line, (name, words) in enumerate(rows.items()):
        y = canvas.height - 0.3 - 0.95 * line
        canvas.text((0.2, y), name, align="left", bold=True)
        for i, word in enumerate(words):
            right = i < len(reference) and word == reference[i]
            at = (0.2 + pitch * i, y - 0.62)
            _word(canvas, at, word, INK if right else OUTPUT.edge, upwards=True)
    return canvas.diagram(
        f"The right translation, word by word, and below it what {' and '.join(outputs)} made of "
        "it. Wrong words are orange."
    )
