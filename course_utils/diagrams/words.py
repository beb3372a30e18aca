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
MOST_QUIET = 40  # names in grey; each takes half a kilobyte
LETTER, LINE = 0.0125, 0.032  # of a name in the map, as shares of its width and height

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


def word_neighbours(before: Table, after: Table, words: Sequence[str]) -> Diagram:
    """Some words' nearest words before and after training, as bars of their cosines.

    Args:
      before: see `neighbour_table`.
      after: the same words' neighbours later.
      words: which of them to show, one row of bars each.
    """
    count = max(len(after[word]) for word in words)
    figure = Figure(figsize=(7.3, 0.5 + len(words) * (0.24 * count + 0.35)), layout="constrained")
    panels = figure.subplots(len(words), 2, squeeze=False, sharex=True)
    for row, word in zip(panels, words, strict=True):
        _bars(row[0], before[word], f"{word}: before", NEUTRAL)
        _bars(row[1], after[word], f"{word}: after training", STATE)
    for ax in panels[-1]:
        ax.set_xlabel("cosine")
    return Diagram(
        figure,
        f"The nearest words of {_listed(words)} before training, at random, and after it, with "
        "their cosines as bars.",
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
    places = dict(zip(words, points, strict=True))
    named: list[str] = []
    for (name, members), colour in zip(groups.items(), ("C1", "C0", "C2"), strict=False):
        known = [word for word in members if word in places]
        ax.plot(*np.array([places[w] for w in known]).T, "o", color=colour, label=name)
        for word in known:
            _name(ax, word, places[word], colour)
        named += known
    for word in _with_room(places, named):
        _name(ax, word, places[word], QUIET)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, -0.06), ncols=len(groups))
    return figure


def _name(ax: Axes, word: str, place: NDArray[np.float64], colour: str) -> None:
    ax.annotate(word, place, (3, 2), textcoords="offset points", size=9, color=colour)


def _with_room(places: Mapping[str, NDArray[np.float64]], named: Sequence[str]) -> list[str]:
    """Further words whose names, to the right of their points, run into no other name."""
    span = np.ptp(np.array(list(places.values())), axis=0)
    taken, free = list(named), []
    for word, place in places.items():
        apart = np.array([(places[other] - place) / span for other in taken]).reshape(-1, 2)
        # The left one of two names is the one that can run into the other.
        letters = np.where(apart[:, 0] > 0, len(word), [len(other) for other in taken])
        clear = (np.abs(apart[:, 1]) > LINE) | (np.abs(apart[:, 0]) > LETTER * (letters + 1))
        if clear.all() and len(free) < MOST_QUIET:
            taken.append(word)
            free.append(word)
    return free


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
