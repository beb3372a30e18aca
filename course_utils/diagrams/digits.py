"""Pictures of handwritten digits: as they are, as they are read row by row, and as mistaken."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams.canvas import Diagram
from course_utils.plotting import INK, INPUT, OUTPUT, STATE, WEIGHT

PAPER = LinearSegmentedColormap.from_list("paper", ["#FFFFFF", INK])
COUNTS = LinearSegmentedColormap.from_list("counts", ["#FFFFFF", OUTPUT.edge])
OTHERS = "#DDE2E7"
RIVALS = (OUTPUT.edge, WEIGHT.edge, INPUT.edge)
Array = NDArray[np.float64]


def digit_strip(images: ArrayLike, captions: Sequence[str], alt: str) -> Diagram:
    """Digits side by side, ten in a line, with a caption below each.

    Args:
      images: [n, 28, 28] in 0..1.
      captions: one for each image.
      alt: what there is to see.
    """
    pictures = np.asarray(images, dtype=float)
    lines = -(-len(pictures) // 10)
    columns = min(10, len(pictures))
    height = 0.95 + 0.15 * max(caption.count("\n") for caption in captions)
    figure = Figure(figsize=(0.73 * columns, height * lines))
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    for ax in grid:
        ax.set_axis_off()
    for ax, picture, caption in zip(grid, pictures, captions, strict=False):
        ax.imshow(picture, cmap=PAPER, vmin=0, vmax=1)
        ax.text(0.5, -0.05, caption, transform=ax.transAxes, ha="center", va="top", size=9)
    return Diagram(figure, alt)


def reading(
    images: ArrayLike,
    labels: Sequence[int],
    probabilities: Mapping[str, ArrayLike],
    row: int = 27,
) -> Diagram:
    """What one or more networks make of digits, row by row, down to a row.

    Each row of a picture goes on to the right as a bar: the share of each class in the network's
    probabilities after this row.

    Args:
      images: [n, rows, columns] in 0..1.
      labels: what the digits are.
      probabilities: [n, rows, classes] for each network, by its name.
      row: the last row that has been read.

    Raises:
      ValueError: if there is no such row.
    """
    pictures = np.asarray(images, dtype=float)
    beliefs = {name: np.asarray(values, dtype=float) for name, values in probabilities.items()}
    rows = pictures.shape[1]
    if not 0 <= row < rows:
        raise ValueError(f"row must be in 0..{rows - 1}, the rows of an image, got {row}.")
    figure = Figure(figsize=(7.3, 0.55 + 2.5 * len(pictures)))
    ratios = [1.5] + [4.3 / len(beliefs)] * len(beliefs)
    grid = figure.subplots(len(pictures), len(ratios), width_ratios=ratios, squeeze=False)
    for i, (axes, picture, label) in enumerate(zip(grid, pictures, labels, strict=True)):
        _draw_page(axes[0], picture, row)
        shown = _most_believed([values[i] for values in beliefs.values()], label)
        for ax, values in zip(axes[1:], beliefs.values(), strict=True):
            _draw_beliefs(ax, values[i], shown, label, row)
        axes[-1].legend(loc="upper left", bbox_to_anchor=(1, 1), handlelength=1)
    for ax, name in zip(grid[0][1:], beliefs, strict=True):
        ax.set_title(name)
    for ax in grid[-1][1:]:
        ax.set_xlabel("probability")
    return Diagram(figure, _reading_in_words(labels, list(beliefs), row))


def _draw_page(ax: Axes, picture: Array, row: int) -> None:
    rows = len(picture)
    ax.imshow(picture, cmap=PAPER, vmin=0, vmax=1, aspect="auto")
    if row < rows - 1:
        ax.axhspan(row + 0.5, rows - 0.5, color=OTHERS)
    ax.set(xticks=[], yticks=range(0, rows, 9), ylabel="row", ylim=(rows - 0.5, -0.5))
    ax.grid(False)


def _most_believed(beliefs: Sequence[Array], label: int) -> list[int]:
    """The label, and the other classes that some network believed in most, at any row."""
    most = np.max([values.max(axis=0) for values in beliefs], axis=0)
    rivals = [int(c) for c in np.argsort(-most) if c != label]
    return [label, *rivals[: len(RIVALS)]]


def _draw_beliefs(ax: Axes, values: Array, shown: Sequence[int], label: int, row: int) -> None:
    read = range(row + 1)
    left = np.zeros(row + 1)
    for digit, colour in zip(shown, (STATE.edge, *RIVALS), strict=False):
        name = f"{digit}: right" if digit == label else f"{digit}"
        ax.barh(read, values[: row + 1, digit], 1.0, left, color=colour, label=name)
        left += values[: row + 1, digit]
    ax.barh(read, 1 - left, 1.0, left, color=OTHERS, label="others")
    ax.set(xlim=(0, 1), ylim=(len(values) - 0.5, -0.5), yticks=[], xticks=[0, 0.5, 1])
    ax.grid(False)


def _reading_in_words(labels: Sequence[int], names: Sequence[str], row: int) -> str:
    digits = ", ".join(f"a {label}" for label in labels)
    return (
        f"Handwritten digits ({digits}), read from the top to row {row}. Beside each row of the "
        f"picture stands a bar with the probabilities of the classes after that row, for these "
        f"networks: {', '.join(names)}."
    )


def confusion(labels: ArrayLike, predicted: ArrayLike, alt: str) -> Diagram:
    """How often each digit is taken for each; only mistakes are coloured.

    Args:
      labels: [n] true classes in 0..9.
      predicted: [n].
      alt: what there is to see.
    """
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (np.asarray(labels), np.asarray(predicted)), 1)
    mistakes = counts * (1 - np.eye(10, dtype=int))
    figure = Figure(figsize=(5.2, 4.6))
    ax = figure.subplots()
    edges = np.arange(11) - 0.5
    ax.pcolormesh(edges, edges, mistakes, cmap=COUNTS, vmin=0, ec="#E6EAEE", lw=0.8)
    for (true, given), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if true == given else "normal"
            ax.text(given, true, str(count), ha="center", va="center", size=9, weight=weight)
    ax.set(xlabel="the network says", ylabel="it is", xticks=range(10), yticks=range(10))
    ax.set_title(f"{mistakes.sum()} of {counts.sum()} wrong: what is taken for what")
    ax.invert_yaxis()
    ax.grid(False)
    ax.set_aspect("equal")
    return Diagram(figure, alt)
