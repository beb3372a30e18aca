"""A chapter that changes after its release: marks stay, and no student is told that he changed it.

nbgrader keeps the newest release only. Here each one is kept in `.releases/`, so that what was made
from an earlier one is known as such. And nbgrader adds no question once somebody was graded; `use`
lets it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    TaskCell,
)
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells

from course_utils.grading.plugins import release as releases
from course_utils.grading.plugins.release import Release, normal

_start = GenerateAssignment.start
_create_notebook = SaveCells._create_notebook


def use() -> None:
    """Makes nbgrader's commands do so; nbgrader_config.py, which all of them read, calls this."""
    GenerateAssignment.start = _start_and_keep
    SaveCells._create_notebook = _create_notebook_with_more


def changed_since(coursedir: CourseDirectory, chapter: str, release: Release) -> list[str]:
    """What is in the source of a chapter and not, or other, in its release.

    Returns:
      The ids of its checks and questions, and "code that is given"; nothing if there is no source.
    """
    folder = coursedir.format_path(coursedir.source_directory, ".", chapter)
    try:
        cells = nbformat.read(Path(folder, f"{chapter}.ipynb"), as_version=4).cells
    except (OSError, ValueError):
        return []
    wanted = {name: (check.source, check.points) for name, check in release.checks.items()}
    wanted |= {name: ("", points) for name, points in release.by_hand.items()}
    graded = [cell for cell in cells if utils.is_grade(cell) or utils.is_task(cell)]
    found = {
        cell.metadata.nbgrader.grade_id: (
            cell.source if releases.is_check(cell) else "",
            float(cell.metadata.nbgrader.points),
        )
        for cell in graded
    }
    names = [name for name in {**found, **wanted} if found.get(name) != wanted.get(name)]
    return names + ["code that is given"] * (_given(cells) != _given(release.cells))


def _given(cells: list[NotebookNode]) -> list[str]:
    code = [cell for cell in cells if cell.cell_type == "code"]
    return [normal(c.source) for c in code if not (utils.is_grade(c) or utils.is_solution(c))]


def _start_and_keep(self: GenerateAssignment) -> None:
    """Releases a chapter and keeps what was released."""
    folder = releases.history(self.coursedir, self.coursedir.assignment_id)
    released = Path(
        self.coursedir.format_path(
            self.coursedir.release_directory, ".", self.coursedir.assignment_id
        )
    )
    _keep(released, folder)  # what another tool or an older version had put there
    _start(self)
    _keep(released, folder)


def _keep(released: Path, folder: Path) -> None:
    for file in sorted(released.glob("*.ipynb")):
        data = file.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{hashlib.sha256(data).hexdigest()[:16]}.ipynb").write_bytes(data)


def _create_notebook_with_more(self: SaveCells, nb: NotebookNode) -> None:
    """Enters a release; to one with submissions questions are added, and none are taken away."""
    try:
        known = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
    except MissingEntry:
        known = None
    if known is not None and known.submissions:
        _add_cells(self, known)
    _create_notebook(self, nb)


def _add_cells(self: SaveCells, known: Notebook) -> None:
    """Adds what is new to a notebook of the grade book, and to each submission of it.

    Raises:
      RuntimeError: if something is gone that students may have marks for.
    """
    book, names = self.gradebook, (self.notebook_id, self.assignment_id)
    kinds = (
        (known.grade_cells, self.new_grade_cells, book.add_grade_cell),
        (known.solution_cells, self.new_solution_cells, book.add_solution_cell),
        (known.task_cells, self.new_task_cells, book.add_task_cell),
        (known.source_cells, self.new_source_cells, book.add_source_cell),
    )
    gone = {cell.name for cells, new, _ in kinds for cell in cells if cell.name not in new}
    if gone:
        raise RuntimeError(
            f"{', '.join(sorted(gone))}: gone from the source, and students may have marks for it. "
            "Put it back, with 0 points if it is not to count; or remove all submissions with "
            f"`nbgrader db assignment remove {self.assignment_id} --force` and grade anew."
        )
    for cells, new, add in kinds:
        for name in new.keys() - {cell.name for cell in cells}:
            _give_to_all(book, known, add(name, *names, **new[name]))


def _give_to_all(book: Gradebook, known: Notebook, cell: BaseCell) -> None:
    """Gives each submission a place for the marks, or for the comments, of a new cell."""
    for submission in known.submissions:
        if isinstance(cell, (GradeCell, TaskCell)):  # no points until it is graded again
            book.db.add(Grade(cell=cell, notebook=submission, needs_manual_grade=True))
        if isinstance(cell, (SolutionCell, TaskCell)):
            book.db.add(Comment(cell=cell, notebook=submission))
    book.db.commit()
