"""Brings what a learner wrote in a notebook of an earlier release into a newer release."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count

from course_utils.work.matching import origins, same_cells
from course_utils.work.notebook import Cell, Notebook, is_answer, is_locked, mark, normal

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)  # what the notebook format allows
_COURSE_ID = re.compile(r"\d\d-[\w-]+")  # what the build gives
_FOR_TEACHERS = ("nbgrader", "deletable", "editable")


@dataclass
class Carried:
    """What was carried over.

    Attributes:
      answers: how many answers.
      notes: how many other cells of the course that the learner had changed.
      own: how many cells of the learner's own.
      remarks: what else the learner should know, a sentence each.
    """

    answers: int = 0
    notes: int = 0
    own: int = 0
    remarks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = [
            _count(self.answers, "answer"),
            _count(self.notes, "changed cell"),
            _count(self.own, "cell") + " of your own",
        ]
        return f"carried over: {', '.join(counts)}"


def merge(mine: Notebook, base: Notebook | None, new: Notebook) -> tuple[Notebook, Carried]:
    """The new release with the learner's answers, notes, outputs and own cells in it.

    Args:
      mine: the learner's notebook.
      base: the release that it was made from, as it was handed out; None if nobody knows it.
      new: the new release.

    Returns:
      The merged notebook; no cell of `mine` that differs from `base` is missing from it.
    """
    return _Merge(mine, base, new).merged()


class _Merge:
    """Three notebooks, and which of their cells belong together."""

    def __init__(self, mine: Notebook, base: Notebook | None, new: Notebook) -> None:
        self._books = mine, new
        self._is_known = base is not None
        self._mine: list[Cell] = mine["cells"]
        self._new: list[Cell] = deepcopy(new["cells"])
        self._base: list[Cell] = (base or new)["cells"]
        self._from = origins(self._mine, self._base, by_id=self._is_known)
        self._later = origins(self._new, self._base, by_id=not self._is_known)
        self._places = _joined(self._from, self._later) | self._of_later_release()
        self._after: dict[int, list[Cell]] = {}  # own cells, by the place that they follow
        self._done = Carried()

    def _of_later_release(self) -> dict[int, int]:
        """Cells that the base does not have, and the new release has: of an update cut short."""
        mine = [i for i in range(len(self._mine)) if i not in self._from]
        new = [i for i in range(len(self._new)) if i not in self._later]
        pairs = same_cells([self._mine[i] for i in mine], [self._new[i] for i in new])
        return {mine[position]: new[place] for position, place in pairs.items()}

    def merged(self) -> tuple[Notebook, Carried]:
        place = -1
        for position, cell in enumerate(self._mine):
            if position in self._places:
                place = self._places[position]
                self._carry(position, cell, place)
            elif self._is_own(position, cell):
                self._keep(cell, place)
        self._tell()
        mine, new = self._books
        cells = list(self._after.get(-1, []))
        for place, cell in enumerate(self._new):
            cells += [cell, *self._after.get(place, [])]
        _give_ids([*self._new, *cells])
        metadata = {**mine["metadata"], **new["metadata"]}
        return {**new, "nbformat_minor": 5, "metadata": metadata, "cells": cells}, self._done

    def _carry(self, position: int, cell: Cell, place: int) -> None:
        """Puts what the learner wrote in a cell of the course where that cell is now."""
        new = self._new[place]
        before = self._before(position, place)
        if normal(cell) != normal(before):
            self._decide(cell, before, place)
        if new["cell_type"] == cell["cell_type"] == "code" and normal(new) == normal(cell):
            new["outputs"] = deepcopy(cell.get("outputs", []))
            new["execution_count"] = cell.get("execution_count")

    def _decide(self, cell: Cell, before: Cell, place: int) -> None:
        """Whose text a cell gets that the learner has changed."""
        new = self._new[place]
        changed = normal(new) != normal(before)
        if is_answer(new):
            if changed:
                self._tell_of(new, "its blank form has changed; compare yours with the release's")
            _write(new, cell)
            self._done.answers += 1
        elif normal(cell) == normal(new):
            return
        elif changed or is_locked(new) or not self._is_known:
            self._keep(cell, place)
            self._tell_of(new, "the release has another text; yours stands in a cell below it")
        else:
            _write(new, cell)
            self._done.notes += 1

    def _tell_of(self, cell: Cell, what: str) -> None:
        name = mark(cell, "grade_id") or f"the cell {normal(cell).split(chr(10))[0][:40]!r}"
        self._done.remarks.append(f"{name}: {what}")

    def _before(self, position: int, place: int) -> Cell:
        """A cell of the course as it was handed out."""
        return self._base[self._from[position]] if position in self._from else self._new[place]

    def _is_own(self, position: int, cell: Cell) -> bool:
        """Whether a cell without a place in the release is the learner's.

        Else it is one of the course's that the release no longer has.
        """
        if position not in self._from:
            return True
        before = self._base[self._from[position]]
        return normal(cell) != normal(before) or not _COURSE_ID.fullmatch(str(before.get("id")))

    def _keep(self, cell: Cell, place: int) -> None:
        """Keeps a cell as one of the learner's own."""
        own = deepcopy(cell)
        own["metadata"] = {k: v for k, v in cell["metadata"].items() if k not in _FOR_TEACHERS}
        self._after.setdefault(place, []).append(own)
        self._done.own += bool(normal(cell))

    def _tell(self) -> None:
        """Adds what is new, gone and changed in the release itself."""
        now = {base: self._new[place] for place, base in self._later.items()}
        there = set(self._from.values())
        for place, cell in enumerate(self._base):
            if not mark(cell, "grade_id"):
                continue
            if place not in now:
                self._tell_of(cell, "the release no longer has it; an answer stays as your own")
            elif place not in there:
                self._tell_of(cell, "it was gone from your notebook, and is back as handed out")
            elif is_locked(cell) and normal(now[place]) != normal(cell):
                self._tell_of(cell, "it has changed; run it again")
        for place, cell in enumerate(self._new):
            if mark(cell, "grade_id") and place not in self._later and is_answer(cell):
                self._tell_of(cell, "a new exercise")
        changed = sum(map(self._is_new, range(len(self._new))))
        self._done.remarks.append(f"new or changed in the release: {_count(changed, 'cell')}")

    def _is_new(self, place: int) -> bool:
        """Whether the release has a cell that its earlier one has not, or not so."""
        new = self._books[1]["cells"][place]
        base = self._later.get(place)
        return base is None or normal(new) != normal(self._base[base])


def _joined(mine: dict[int, int], new: dict[int, int]) -> dict[int, int]:
    """Places in the new release by positions in the learner's notebook."""
    places = {base: place for place, base in new.items()}
    return {position: places[base] for position, base in mine.items() if base in places}


def _write(cell: Cell, mine: Cell) -> None:
    cell["source"] = mine["source"]
    if "attachments" in mine and cell["cell_type"] == "markdown":
        cell["attachments"] = deepcopy(mine["attachments"])


def _give_ids(cells: list[Cell]) -> None:
    """Gives cells an id where they have none that is valid; of two the first keeps it."""
    owners: dict[str, int] = {}
    for number, cell in enumerate(cells):
        cell_id = str(cell.get("id", ""))
        if not _ID.fullmatch(cell_id) or owners.get(cell_id, id(cell)) != id(cell):
            cell_id = next(name for i in count(number) if (name := f"own-{i}") not in owners)
        cell["id"] = cell_id
        owners[cell_id] = id(cell)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
