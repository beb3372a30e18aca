"""Pictures of word vectors: each word's nearest ones, and a map of words in the plane."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from course_utils.diagrams.canvas import Diagram
from course_utils.plotting import INK, NEUTRAL, STATE, Role
from course_utils.word_scores import nearest, unit_rows

QUIET = "#66707A"
MOST_NAMES = 65  # in the map; each takes half a kilobyte
MAP_POINTS = 400  # height of the map, about, for moving names
LETTER, LINE = 0.0135, 0.031  # of a name in the map, as shares of its width and height

Neighbours = Sequence[tuple[str, float]]  # words and cosines, the highest first
Table = Mapping[str, Neighbours]


def neighbour_table(
    vectors: ArrayLike, vocabulary: Sequence[str], words: Sequence[str], k: int = 8
) -> dict[str, list[tuple[str, float]]]:
    """The nearest words of some words, computed once for an explorer.

    Args:
      vectors: [vocabulary, dim].
      vocabulary: the word of each row.
      words: whose neighbours to find; all of them in the vocabulary.
      k: how many neighbours.

    Returns:
      For each of the words k pairs of a neighbour and its cosine, the highest first.

    >>> neighbour_table([[1.0, 0.0], [3.0, 4.0], [0.0, 1.0]], ["a", "b", "c"], ["b"], k=1)
    {'b': [('c', 0.8)]}
    """
    rows = unit_rows(vectors)
    places = {word: i for i, word in enumerate(vocabulary)}
    table = {}
    for word in words:
        place = places[word]
        best = nearest(rows, rows[place], k, exclude=[place])
        table[word] = [(vocabulary[i], round(float(rows[i] @ rows[place]), 3)) for i in best]
    return table


def word_neighbours(tables: Mapping[str, Table], words: Sequence[str]) -> Diagram:
    """Some words' nearest words in two tables, as bars of their cosines.

    Args:
      tables: two tables by their names, see `neighbour_table`.
      words: which of them to show, one row of bars each.
    """
    names, (left, right) = list(tables), tables.values()
    count = max(len(right[word]) for word in words)
    figure = Figure(figsize=(7.3, 0.5 + len(words) * (0.24 * count + 0.35)), layout="constrained")
    panels = figure.subplots(len(words), 2, squeeze=False, sharex=True)
    for row, word in zip(panels, words, strict=True):
        _bars(row[0], left[word], f"{word}: {names[0]}", NEUTRAL)
        _bars(row[1], right[word], f"{word}: {names[1]}", STATE)
    for ax in panels[-1]:
        ax.set_xlabel("cosine")
    return Diagram(
        figure,
        f"The nearest words of {_listed(words)}, on the left {names[0]}, on the right {names[1]}, "
        "with their cosines as bars.",
    )


def _bars(ax: Axes, neighbours: Neighbours, title: str, role: Role) -> None:
    names, cosines = zip(*neighbours, strict=True)
    places = range(len(names))
    ax.barh(places, cosines, color=role.fill, edgecolor=role.edge, linewidth=0.8)
    for place, name in zip(places, names, strict=True):
        ax.text(0.02, place, name, va="center", size=9, color=INK)
    ax.set_title(title)
    ax.set(xlim=(0, 1), yticks=[])
    ax.invert_yaxis()
    ax.grid(False, axis="y")


def word_map(
    points: NDArray[np.float64], words: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> Figure:
    """Words as points in the plane; those of a group in its colour, with their names.

    Of the other words, the first few are named in grey that have room for a name.

    Args:
      points: [words, 2].
      words: the word of each point.
      groups: words by the group's name, which becomes the legend.
    """
    figure, ax = plt.subplots(figsize=(7.3, 6.4))
    ax.plot(*points.T, "o", color="#C3CAD0", markersize=2.5)
    low = points.min(axis=0)
    shares = (points - low) / np.ptp(points, axis=0)  # of the map's width and height
    names = _Names(ax)
    for (name, members), colour in zip(groups.items(), ("C1", "C0", "C2"), strict=False):
        known = [i for i, word in enumerate(words) if word in members]
        ax.plot(points[known, 0], points[known, 1], "o", color=colour, label=name)
        for i in sorted(known, key=lambda i: -points[i, 1]):  # from top to bottom
            names.write(words[i], points[i], shares[i], colour, must=True)
    for word, point, share in zip(words, points, shares, strict=True):
        if word not in names.written and len(names.written) < MOST_NAMES:
            names.write(word, point, share, QUIET)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, -0.06), ncols=len(groups))
    return figure


class _Names:
    """Writes words beside their points so that no two run into each other."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.written: list[str] = []
        self._places: list[tuple[float, float, float]] = []  # left, right and height, as shares

    def write(
        self,
        word: str,
        point: NDArray[np.float64],
        share: NDArray[np.float64],
        colour: str,
        must: bool = False,
    ) -> None:
        """Writes a word if there is room; one that must be written moves to where there is."""
        left, right = share[0], share[0] + LETTER * (len(word) + 1)
        steps = sorted(range(-60, 61), key=abs) if must else [0]
        heights = (share[1] + step * LINE / 2 for step in steps)
        height = next((y for y in heights if self._free(left, right, y)), None)
        if height is None:
            return
        self.written.append(word)
        self._places.append((left, right, height))
        down = (height - share[1]) * MAP_POINTS  # or up
        line = {
            "arrowstyle": "-",
            "color": colour,
            "linewidth": 0.5,
            "alpha": 0.6,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        self.ax.annotate(
            word,
            (float(point[0]), float(point[1])),
            (6, 2 + down),
            textcoords="offset points",
            size=9,
            color=colour,
            arrowprops=line if down else None,
        )

    def _free(self, left: float, right: float, height: float) -> bool:
        return not any(
            left < x1 and x0 < right and abs(height - y) < 0.999 * LINE
            for x0, x1, y in self._places
        )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
