"""Puts a submission back into the form of its release, and lists what had been changed.

Answers, notes and extra cells stay as they are. Types, ids, points, flags, tags and texts of the
check cells come from the release, which checks there are and that each comes after its answer, too.
What an editor changes on its own (line ends, ids that an old format does not have, its own
metadata) is put right without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.validator import iter_validate
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.grading.plugins import release as releases
from course_utils.grading.plugins.refusal import NotGradable, refuse_length
from course_utils.grading.plugins.release import Release, normal

TAMPERING = "tampering"  # the notebook metadata that holds the list
_FLAGS = ("grade", "solution", "locked", "task", "points")
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)  # what the notebook format allows
_OURS = ("nbgrader", "tags")
_KINDS = ("code", "markdown", "raw")
_HEADER = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class RestoreCells(NbGraderPreprocessor):
    """The first of nbgrader's sanitising steps; the rest of them find nothing to do."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Restores the notebook; what was changed is logged and kept in its metadata.

        Raises:
          NotGradable: if it was handed in as a link, which may lead to the solution, or if it has
            too many cells.
        """
        names = resources["nbgrader"]
        coursedir = CourseDirectory(parent=self)
        refuse_length(nb, _handed_in(coursedir, names))
        release = releases.read(coursedir, names["assignment"], names["notebook"])
        changes = restore(nb, release)
        for change in changes:
            self.log.warning("%s: %s", names["student"], change)
        nb.metadata[TAMPERING] = changes
        return nb, resources


def _handed_in(coursedir: CourseDirectory, names: dict[str, str]) -> Path:
    """The file that was handed in.

    `course grade` does not follow links. nbgrader does, and has copied the file by now.

    Raises:
      NotGradable: if it is a link.
    """
    steps = coursedir.submitted_directory, names["student"], names["assignment"]
    folder = Path(coursedir.format_path(*steps))
    file = folder / f"{names['notebook']}.ipynb"
    for path in (file, folder, folder.parent):
        if path.is_symlink():
            raise NotGradable(path, "it is a link; put the file itself there")
    return file


def restore(notebook: NotebookNode, release: Release) -> list[str]:
    """Restores a notebook in place and lists the differences that no editor makes on its own.

    If it was made from an earlier release, the list says so, and what differs from that one.
    """
    handed_in = deepcopy(notebook) if release.earlier else notebook
    changes = list(_Restoration(notebook, release).changes())
    if changes and release.earlier:
        others = [
            list(_Restoration(deepcopy(handed_in), Release(cells, {})).changes())
            for cells in release.earlier
        ]
        fewest = min(others, key=len)
        if len(fewest) < len(changes):
            return ["it is of an earlier release", *fewest]
    return changes


def grade_ids(cells: Iterable[Any]) -> set[str]:
    """The ids of nbgrader's in cells that nobody has looked at yet.

    >>> grade_ids([{"metadata": {"nbgrader": {"grade_id": "rnn-step"}}}, {"metadata": None}, 5])
    {'rnn-step'}
    """
    found = set()
    for cell in cells:
        match cell:
            case {"metadata": {"nbgrader": {"grade_id": str(grade_id)}}}:
                found.add(grade_id)
    return found


class _Restoration:
    """One submission and the cells of its release that have a grade_id."""

    def __init__(self, notebook: NotebookNode, release: Release) -> None:
        self._notebook = notebook
        self._release = release
        self._wanted = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in release.cells
            if "grade_id" in cell.metadata.get("nbgrader", {})
        }

    def changes(self) -> Iterator[str]:
        """Does the work while it tells what it changes."""
        _complete(self._notebook)
        for cell in self._notebook.cells:
            yield from _well_formed(cell)
        found = self._find()
        yield from self._strip_others(found)
        for grade_id, cell in found.items():
            yield from self._restore_cell(grade_id, cell)
        yield from self._restore_order(found)
        self._restore_ids(found)
        _drop_invalid(self._notebook)

    def _find(self) -> dict[str, NotebookNode]:
        """The submission's cell for each wanted one: by grade_id, by cell id, by text."""
        free = list(self._notebook.cells)
        found = {}
        for matches in (_has_grade_id, _has_cell_id, _has_text):
            for grade_id, wanted in self._wanted.items():
                same = [cell for cell in free if matches(cell, wanted)]
                if grade_id not in found and same:
                    # Of several copies the one with the right id; else the last, as nbgrader does.
                    chosen = next((cell for cell in same if _has_cell_id(cell, wanted)), same[-1])
                    found[grade_id] = chosen
                    free = [cell for cell in free if cell is not chosen]
        return found

    def _strip_others(self, found: dict[str, NotebookNode]) -> Iterator[str]:
        """Takes nbgrader's metadata off all other cells: they are the student's own."""
        chosen = {id(cell) for cell in found.values()}
        for cell in self._notebook.cells:
            if id(cell) not in chosen and "nbgrader" in cell.metadata:
                if _grade_id(cell) is not None:
                    yield f"an extra cell claimed the id {_grade_id(cell)!r:.80}"
                del cell.metadata["nbgrader"]

    def _restore_cell(self, grade_id: str, cell: NotebookNode) -> Iterator[str]:
        wanted = self._wanted[grade_id]
        claimed = cell.metadata.get("nbgrader")
        if claimed is None:
            yield f"{grade_id}: nbgrader's metadata were removed"
        elif claimed.get("grade_id") != grade_id:
            yield f"{grade_id}: its id was {claimed.get('grade_id')!r:.80}"
        if cell.cell_type != wanted.cell_type:
            yield f"{grade_id}: its type was {cell.cell_type}, not {wanted.cell_type}"
            _change_type(cell, wanted.cell_type)
        for flag in _FLAGS if claimed is not None else ():
            if claimed.get(flag, False) != wanted.metadata.nbgrader.get(flag, False):
                yield f"{grade_id}: `{flag}` was {claimed.get(flag)!r:.80}"
        if _tags(cell) != _tags(wanted):
            yield f"{grade_id}: its tags were {_tags(cell)!r:.80}"
        cell.metadata = _metadata(cell, wanted)
        if utils.is_locked(wanted):
            # nbgrader adds lines of its own to a check that it puts back, and only there.
            if normal(cell.source) not in {
                normal(wanted.source),
                normal(self._full_text(grade_id)),
            }:
                yield f"{grade_id}: its text was changed"
            cell.source = self._full_text(grade_id)

    def _full_text(self, grade_id: str) -> str:
        """The text with the hidden tests."""
        check = self._release.checks.get(grade_id)
        return check.source if check else self._wanted[grade_id].source

    def _restore_order(self, found: dict[str, NotebookNode]) -> Iterator[str]:
        """Puts back missing cells that have points, and checks that stood before their answer."""
        places = {id(cell): (index, 0) for index, cell in enumerate(self._notebook.cells)}
        answer = before = -1
        for rank, (grade_id, wanted) in enumerate(self._wanted.items(), 1):
            if grade_id not in found and (utils.is_grade(wanted) or utils.is_task(wanted)):
                found[grade_id] = self._new(grade_id)
                self._notebook.cells.append(found[grade_id])
                end = len(self._notebook.cells)
                places[id(found[grade_id])] = (end if before < 0 else max(before, answer), rank)
                yield f"{grade_id}: it was missing"
            elif grade_id not in found:
                yield f"{grade_id}: the cell was removed"
                continue
            place = places[id(found[grade_id])]
            if releases.is_check(wanted) and place[0] < answer:
                places[id(found[grade_id])] = place = (answer, rank)
                yield f"{grade_id}: it stood before its answer"
            before = place[0]
            answer = max(answer, before) if utils.is_solution(wanted) else answer
        self._notebook.cells.sort(key=lambda cell: places[id(cell)])

    def _new(self, grade_id: str) -> NotebookNode:
        cell = deepcopy(self._wanted[grade_id])
        cell.source = self._full_text(grade_id)
        return cell

    def _restore_ids(self, found: dict[str, NotebookNode]) -> None:
        """Gives the cells of the release their ids back, and all others ids of their own."""
        mine = {id(cell): self._wanted[grade_id].get("id") for grade_id, cell in found.items()}
        taken = set(mine.values())
        for index, cell in enumerate(self._notebook.cells):
            if mine.get(id(cell)):
                cell["id"] = mine[id(cell)]
            elif not _ID.fullmatch(str(cell.get("id", ""))) or cell["id"] in taken:
                cell["id"] = f"extra-cell-{index:03}"
            taken.add(cell["id"])


def _complete(notebook: NotebookNode) -> None:
    """Adds what a notebook of the current format has; an older one has no cell ids."""
    notebook["nbformat_minor"] = max(notebook.get("nbformat_minor", 0), 5)
    metadata, cells = notebook.get("metadata"), notebook.get("cells") or []
    # Format 3 has a class of its own for nodes.
    notebook["metadata"] = nbformat.from_dict(metadata if isinstance(metadata, dict) else {})
    notebook.metadata.update(nbformat.from_dict(_HEADER))  # other editors name other kernels
    notebook.metadata.pop("widgets", None)  # what they showed, often in part
    notebook["cells"] = [nbformat.from_dict(cell) for cell in cells if isinstance(cell, dict)]


def _well_formed(cell: NotebookNode) -> Iterator[str]:
    """Makes sure that the fields which everything reads are there and of the right type."""
    if cell.get("cell_type") not in _KINDS:
        yield f"a cell had the type {cell.get('cell_type')!r:.80}"
        cell["cell_type"] = "raw"
    if not isinstance(cell.get("metadata"), dict):
        cell["metadata"] = NotebookNode()
    nbgrader = cell.metadata.get("nbgrader", {})
    if not isinstance(nbgrader, dict) or not isinstance(nbgrader.get("grade_id", ""), str):
        yield f"a cell had the nbgrader metadata {nbgrader!r:.80}"
        del cell.metadata["nbgrader"]
    tags = cell.metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        yield f"a cell had the tags {tags!r:.80}"
        del cell.metadata["tags"]
    source = cell.get("source")
    text = source if isinstance(source, str) else ""
    cell["source"] = text.encode("utf-8", "replace").decode()  # a lone surrogate can't be saved
    _change_type(cell, cell.cell_type)


def _drop_invalid(notebook: NotebookNode) -> None:
    """Takes away what is not of nbgrader and that the notebook format does not allow."""
    version = {"version": 4, "version_minor": notebook.nbformat_minor}
    for error in list(iter_validate(notebook, **version)):
        match list(error.absolute_path):
            case ["cells", int(index), *_]:
                cell = notebook.cells[index]
                kept = {key: cell.metadata[key] for key in _OURS if key in cell.metadata}
                cell["metadata"] = nbformat.from_dict(kept)
                cell.pop("attachments", None)
            case ["metadata", *_]:
                notebook["metadata"] = nbformat.from_dict(_HEADER)


def _change_type(cell: NotebookNode, kind: str) -> None:
    cell["cell_type"] = kind
    if kind == "code":
        cell.update(outputs=[], execution_count=None)  # nbgrader clears them anyway
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _metadata(cell: NotebookNode, wanted: NotebookNode) -> NotebookNode:
    """The cell's own metadata, with everything that the release says."""
    merged = deepcopy(cell.metadata)
    merged.pop("tags", None)
    merged.update(deepcopy(wanted.metadata))
    return merged


def _grade_id(cell: NotebookNode) -> Any:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _tags(cell: NotebookNode) -> Any:
    return cell.metadata.get("tags", [])


def _has_grade_id(cell: NotebookNode, wanted: NotebookNode) -> bool:
    return _grade_id(cell) == wanted.metadata.nbgrader.grade_id


def _has_cell_id(cell: NotebookNode, wanted: NotebookNode) -> bool:
    return cell.get("id") == wanted.get("id")


def _has_text(cell: NotebookNode, wanted: NotebookNode) -> bool:
    return utils.is_locked(wanted) and normal(cell.source) == normal(wanted.source)
