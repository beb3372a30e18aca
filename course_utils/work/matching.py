"""Which cell of an earlier notebook each cell of a later one comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from course_utils.work.notebook import Cell, mark, normal

_ALIKE = 0.5  # of 1, and more: the text of a cell that was edited


def origins(cells: Sequence[Cell], earlier: Sequence[Cell], by_id: bool) -> dict[int, int]:
    """Pairs cells by nbgrader's id, by the cell's id, by equal text, and by likeness in a place.

    Args:
      cells: of the later notebook.
      earlier: of the one that it was made from.
      by_id: whether cells of one id are the same; between releases ids count the positions.

    Returns:
      Positions in `earlier` by positions in `cells`, each at most once.
    """
    found: dict[int, int] = {}
    _pair(found, cells, earlier, _name)
    if by_id:
        _pair(found, cells, earlier, lambda cell: cell.get("id"))
    _pair(found, cells, earlier, _text)
    for position, cell in _free(cells, found):
        _pair_by_likeness(found, position, cell, earlier)
    return found


def same_cells(cells: Sequence[Cell], earlier: Sequence[Cell]) -> dict[int, int]:
    """Pairs cells of one grade_id, then those of equal text; see `origins`."""
    found: dict[int, int] = {}
    _pair(found, cells, earlier, _name)
    _pair(found, cells, earlier, _text)
    return found


def _name(cell: Cell) -> Any:
    return mark(cell, "grade_id")


def _text(cell: Cell) -> Any:
    """What cells of equal text have in common; None for an empty one."""
    text = normal(cell)
    return (cell["cell_type"], text) if text else None


def _pair(
    found: dict[int, int],
    cells: Sequence[Cell],
    earlier: Sequence[Cell],
    key: Callable[[Cell], Any],
) -> None:
    """Adds pairs of an equal key; of copies of a cell the one that was worked on is the cell."""
    taken = set(found.values())
    for place, before in enumerate(earlier):
        wanted = key(before)
        if place in taken or not wanted:
            continue
        same = [i for i, cell in _free(cells, found) if key(cell) == wanted]
        if same:
            found[max(same, key=partial(_rank, cells, before))] = place


def _rank(cells: Sequence[Cell], before: Cell, position: int) -> tuple[bool, bool, int]:
    """Of copies of a cell the best: one that was changed, one of the same id, the first."""
    cell = cells[position]
    return normal(cell) != normal(before), cell.get("id") == before.get("id"), -position


def _pair_by_likeness(
    found: dict[int, int], position: int, cell: Cell, earlier: Sequence[Cell]
) -> None:
    """Adds the most alike of the free cells that stand between the same neighbours."""
    after = max((i for i in found if i < position), default=None)
    before = min((i for i in found if i > position), default=None)
    start = 0 if after is None else found[after] + 1
    end = len(earlier) if before is None else found[before]
    taken = set(found.values())
    ratios = {
        place: SequenceMatcher(None, normal(earlier[place]), normal(cell), autojunk=False).ratio()
        for place in range(start, end)
        if place not in taken and earlier[place]["cell_type"] == cell["cell_type"]
    }
    best = max(ratios, key=lambda place: ratios[place], default=None)
    if best is not None and ratios[best] > _ALIKE:
        found[position] = best


def _free(cells: Sequence[Cell], found: dict[int, int]) -> Iterator[tuple[int, Cell]]:
    return ((i, cell) for i, cell in enumerate(list(cells)) if i not in found)
