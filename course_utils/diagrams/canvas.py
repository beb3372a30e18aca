"""The pen and paper of the diagrams: boxes, text and arrows on a sheet measured in inches."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon
from matplotlib.path import Path

from course_utils.plotting import INK, NEUTRAL, Role, png_bytes, show

Point = tuple[float, float]


@dataclass(frozen=True)
class Diagram:
    """A picture and the sentences that say the same to those who can't see it."""

    figure: Figure
    alt: str

    def show(self) -> None:
        """Shows the diagram below the notebook's cell."""
        show(self.figure, self.alt)

    def save(self, path: FilePath) -> None:
        """Writes the diagram to a PNG file."""
        FilePath(path).write_bytes(png_bytes(self.figure))


class Canvas:
    """A white sheet of paper, measured in inches from its lower left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), facecolor="white")
        self.figure.set_layout_engine("none")  # everything has its place already
        self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        self.axes.set_axis_off()

    def diagram(self, alt: str) -> Diagram:
        """The finished sheet, with its alternative text."""
        return Diagram(self.figure, alt)

    def text(
        self,
        at: Point,
        text: str,
        *,
        size: float = 10,
        colour: str = INK,
        align: str = "center",
        bold: bool = False,
    ) -> None:
        """Writes text, centred vertically, with its `align` edge or centre at a point."""
        self.axes.text(
            *at,
            text,
            size=size,
            color=colour,
            ha=align,
            va="center",
            weight="bold" if bold else "normal",
            # Fonts are named, so that the reader's own settings do not change the picture.
            fontfamily="DejaVu Sans",
            math_fontfamily="dejavusans",
            linespacing=1.35,
            zorder=5,
        )

    def box(
        self,
        at: Point,
        text: str,
        role: Role,
        *,
        width: float = 0.6,
        height: float = 0.42,
        size: float = 10,
        rounding: float = 0.09,
        dashed: bool = False,
    ) -> None:
        """Draws a rounded box around a centre, with its text in the middle."""
        self.axes.add_patch(
            FancyBboxPatch(
                (at[0] - width / 2, at[1] - height / 2),
                width,
                height,
                boxstyle=f"round,pad=0,rounding_size={rounding}",
                fc=role.fill,
                ec=role.edge,
                lw=1.3,
                ls=(0, (3, 2)) if dashed else "-",
                zorder=3,
            )
        )
        if text:
            self.text(at, text, size=size, colour=role.text)

    def panel(self, at: Point, width: float, height: float) -> None:
        """Draws a quiet background around a centre."""
        self.axes.add_patch(
            FancyBboxPatch(
                (at[0] - width / 2, at[1] - height / 2),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.14",
                fc=NEUTRAL.fill,
                ec="none",
                zorder=0,
            )
        )

    def polygon(self, points: Sequence[Point], role: Role) -> None:
        """Draws a filled shape."""
        self.axes.add_patch(
            Polygon(points, fc=role.fill, ec=role.edge, lw=1.1, joinstyle="round", zorder=3)
        )

    def arrow(self, *points: Point, colour: str = NEUTRAL.edge, head: bool = True) -> None:
        """Draws an arrow along points, round at the corners; a plain line without a head."""
        self.axes.add_patch(
            FancyArrowPatch(
                path=_rounded(points),
                arrowstyle="-|>" if head else "-",
                mutation_scale=11,
                fc=colour if head else "none",
                ec=colour,
                lw=1.5,
                joinstyle="miter",
                capstyle="butt",
                zorder=2,
            )
        )


def _rounded(points: Sequence[Point], radius: float = 0.12) -> Path:
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        vertices += [_towards(corner, before, radius), corner, _towards(corner, after, radius)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(start: Point, end: Point, distance: float) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = distance / (dx**2 + dy**2) ** 0.5
    return start[0] + share * dx, start[1] + share * dy
