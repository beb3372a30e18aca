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
Y_WORDS, Y_MEMORY, Y_CONTEXT, Y_DECODER, Y_LOGITS = 0.45, 1.2, 2.2, 2.95, 3.62
Y_OUTPUTS, Y_TITLE = 4.22, 4.75
MEMORY = [0.3 + 0.65 * i for i in range(4)]  # from a network's left edge, as all that follows
DECODER = [0.3 + 1.15 * i for i in range(3)]
CONTEXT, NOW = 2.1, 1  # where the context is; which of the decoder's steps is being made
LOOKS = 0.08, 0.84, 0.05, 0.03


def bottleneck_and_attention() -> Diagram:
    """A decoder that gets one vector of the source, and one that looks at every step of it."""
    canvas = Canvas(7.3, 5.0)
    for left, title in ((0.3, "one vector"), (4.0, "attention")):
        canvas.text((left + 1.45, Y_TITLE), title, size=12, bold=True)
        _encoder(canvas, left)
        _decoder(canvas, left, now=NOW if title == "attention" else None)
    canvas.text((0.3 + 1.5, 1.9), "the last states: all there is", size=9.5)
    _look(canvas, left=4.0)
    return canvas.diagram(
        "Two networks that read four words in both directions and write three. Left, one vector: "
        "arrows lead from the encoder's two last states to the decoder's first, and nothing else "
        "connects them. Right, attention: the same arrows, and besides a context is made of all "
        "four steps of the memory, most of it of eight. The decoder's step that writes dix asks "
        "for it by a query, and its state and the context lead to the logits."
    )


def _encoder(canvas: Canvas, left: float) -> None:
    """Four words and a chain in each direction; where each ends goes over to the decoder."""
    xs = [left + x for x in MEMORY]
    for x, word in zip(xs, ("seventy", "eight", "twenty", "one"), strict=True):
        canvas.text((x, Y_WORDS), word, size=9, colour=INPUT.edge)
        canvas.arrow((x, Y_WORDS + 0.14), (x, Y_MEMORY - 0.21))
        canvas.box((x, Y_MEMORY), "", STATE, width=0.4)
    for a, b in pairwise(xs):
        forward, backward = Y_MEMORY + 0.09, Y_MEMORY - 0.09
        canvas.arrow((a + 0.2, forward), (b - 0.2, forward), colour=STATE.edge)
        canvas.arrow((b - 0.2, backward), (a + 0.2, backward), colour=STATE.edge)
    start, end, above = Y_MEMORY + 0.21, Y_DECODER - 0.21, Y_MEMORY + 0.45
    first, last = left + DECODER[0], xs[-1]
    canvas.arrow((first - 0.1, start), (first - 0.1, end), colour=STATE.edge)
    path = (last, start), (last, above), (first + 0.1, above), (first + 0.1, end)
    canvas.arrow(*path, colour=STATE.edge)


def _decoder(canvas: Canvas, left: float, now: int | None) -> None:
    """Three words; the logits of the step `now` are a box of their own."""
    xs, whole = [left + x for x in DECODER], (Y_DECODER + 0.21, Y_OUTPUTS - 0.14)
    for i, (x, word) in enumerate(zip(xs, ("soixante", "dix", "huit"), strict=True)):
        canvas.box((x, Y_DECODER), "", STATE, width=0.4)
        canvas.text((x, Y_OUTPUTS), word, size=9, colour=OUTPUT.edge)
        halves = (whole[0], Y_LOGITS - 0.17), (Y_LOGITS + 0.17, whole[1])
        for start, end in halves if i == now else [whole]:
            canvas.arrow((x, start), (x, end))
    for a, b in pairwise(xs):
        canvas.arrow((a + 0.2, Y_DECODER), (b - 0.2, Y_DECODER), colour=STATE.edge)


def _look(canvas: Canvas, left: float) -> None:
    """Lines from the whole memory into a context, which leads to the logits of one step."""
    context, now = left + CONTEXT, left + DECODER[NOW]
    for x, weight in zip(MEMORY, LOOKS, strict=True):
        canvas.axes.plot(
            (left + x, context),
            (Y_MEMORY + 0.21, Y_CONTEXT - 0.15),
            color=WEIGHT.edge,
            lw=0.6 + 7 * weight,
            solid_capstyle="butt",
            zorder=1,
        )
    canvas.arrow((now, Y_DECODER - 0.21), (now, Y_CONTEXT), (context - 0.43, Y_CONTEXT))
    canvas.text((now - 0.3, Y_CONTEXT + 0.3), "query", size=9.5)
    canvas.box((context, Y_CONTEXT), "context", WEIGHT, width=0.85, height=0.34, size=9.5)
    path = (context, Y_CONTEXT + 0.17), (context, Y_LOGITS), (now + 0.32, Y_LOGITS)
    canvas.arrow(*path, colour=WEIGHT.edge)
    canvas.box((now, Y_LOGITS), "logits", NEUTRAL, width=0.64, height=0.34, size=9.5)


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
