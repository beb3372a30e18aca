"""Figures in the course's one style: how they look, and how a notebook shows them with alt text."""

import base64
import html
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import matplotlib.style as mpl_style
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from course_utils.theme import STYLE as THEME
from course_utils.theme import variable

STYLE = Path(__file__).with_name("course.mplstyle")
CSS_PIXELS_PER_INCH = 96
STORED_PIXELS_PER_INCH = 2 * CSS_PIXELS_PER_INCH  # crisp on screens with two pixels for one
INK = "#1F2933"


class Role(NamedTuple):
    """The colours of one kind of thing, the same in every picture of the course."""

    edge: str
    fill: str
    text: str = INK


INPUT = Role("#00875F", "#D8F0E6")
STATE = Role("#0072B2", "#D9EAF6")
OUTPUT = Role("#CC5500", "#FCE5D4")
WEIGHT = Role("#8E3A80", "#F3E0EF")
NEUTRAL = Role("#6B7680", "#F1F3F5")
IGNORED = Role("#AEB6BE", "#FFFFFF", "#66707A")

# Light at both ends, so that dark numbers stay readable in every cell.
TANH_COLOURS = LinearSegmentedColormap.from_list("tanh", ["#EE9152", "#FFFFFF", "#62A9DC"])


def use_style() -> None:
    """Applies the course's style to every figure made from now on."""
    plt.style.use(STYLE)


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG of 192 pixels an inch and 96 colours.

    The bytes depend on nothing but the figure: no date, no version. So few colours make the file
    a third as large, and no pixel of a chart or diagram changes by more than the eye can tell.
    """
    rendered = io.BytesIO()
    with mpl_style.context(STYLE):
        figure.savefig(rendered, format="png", dpi=STORED_PIXELS_PER_INCH)
    stored = io.BytesIO()
    # Maximum coverage keeps the rare colours, such as one orange word in a blue picture, and a
    # round of k-means keeps the common ones exact.
    picture = Image.open(rendered).convert("RGB")
    picture = picture.quantize(
        96, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
    )
    picture.save(stored, format="png", optimize=True)
    return stored.getvalue()


def img_tag(figure: Figure, alt: str) -> str:
    """An HTML image that holds the figure itself, fits into narrow windows and into dark themes.

    Raises:
      ValueError: if `alt` is not a sentence.
    """
    if len(alt.split()) < 5 or alt.rstrip()[-1] not in ".!?":
        raise ValueError(
            f"Received an invalid value for argument `alt`: {alt!r}. Expected a sentence of five "
            "words or more that ends in a full stop and says what the picture shows."
        )
    data = base64.b64encode(png_bytes(figure)).decode("ascii")
    width = round(figure.get_figwidth() * CSS_PIXELS_PER_INCH)
    return (
        f'{THEME}<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" width="{width}" '
        f'decoding="sync" style="max-width: 100%; height: auto; filter: {variable("figure")}">'
    )


def show(fig: Figure, alt: str) -> None:
    """Shows a figure below the cell, with a text for those who can't see it, and closes it.

    Jupyter gives its own pictures no alternative text, hence this in place of `plt.show()`.

    Args:
      fig: the figure.
      alt: one sentence or more that say what there is to see in it.

    Raises:
      ValueError: if `alt` is not a sentence.
    """
    display({"text/html": img_tag(fig, alt), "text/plain": f"Figure: {alt}"}, raw=True)
    plt.close(fig)


def heatmap(ax: Axes, values: ArrayLike, title: str, eps: float = 0.01) -> None:
    """Draws the outputs of tanh units, -1 in orange to 1 in blue, and frames the saturated ones.

    Args:
      ax: where to draw.
      values: [batch, units] numbers in -1..1.
      title: what the reader should see in it.
      eps: an entry y is saturated if the slope of tanh there, 1 - y², is below this.

    Raises:
      ValueError: if `values` is not a matrix, or not within -1..1.
    """
    y = np.asarray(values, dtype=float)
    if y.ndim != 2 or not np.all(np.abs(y) <= 1):
        raise ValueError(
            "Received an invalid value for argument `values`: expected a [batch, units] matrix of "
            f"outputs of tanh, from -1 to 1, got shape {y.shape} and values from "
            f"{np.min(y, initial=np.inf):.3g} to {np.max(y, initial=-np.inf):.3g}."
        )
    rows, columns = y.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    ax.pcolormesh(*edges, y, cmap=TANH_COLOURS, vmin=-1, vmax=1, edgecolors="white", linewidth=2)
    for (row, column), value in np.ndenumerate(y):
        _label_cell(ax, row, column, value, saturated=1 - value**2 < eps)
    _name_cells(ax, y, title)


def _label_cell(ax: Axes, row: int, column: int, value: float, saturated: bool) -> None:
    text = f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
    ax.text(column, row, text, ha="center", va="center", fontsize=9, color=INK)
    if saturated:
        corner = (column - 0.42, row - 0.4)
        ax.add_patch(Rectangle(corner, 0.84, 0.8, fill=False, ec=INK, lw=1.5, gid="saturated"))


def _name_cells(ax: Axes, y: NDArray[np.float64], title: str) -> None:
    ax.set_title(title)
    ax.set(xlabel="unit", xticks=range(y.shape[1]), ylabel="instance", yticks=range(y.shape[0]))
    ax.invert_yaxis()  # the first instance on top, as the matrix is written
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def theory_line(ax: Axes, x: Sequence[float], y: Sequence[float], label: str) -> None:
    """Draws what theory predicts: a dashed line, with its label above the right-hand end.

    Args:
      ax: where to draw.
      x: positions, rising.
      y: one prediction for each position.
      label: names the theory, such as "0.5192 nats: lag 3 found".
    """
    ax.plot(x, y, linestyle="--", color=INK, linewidth=1.3, zorder=3)
    ax.annotate(
        label, (x[-1], y[-1]), (-3, 4), textcoords="offset points", ha="right", va="bottom", size=9
    )
