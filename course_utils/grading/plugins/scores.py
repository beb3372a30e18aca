"""Enters the points into the grade book, and leaves those that a faulty check kept back open."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades

from course_utils.grading.plugins.store import FINDINGS

_add_score = SaveAutoGrades._add_score


def use() -> None:
    """Makes nbgrader's SaveAutoGrades give no points yet where the check itself failed.

    Formgrader lists such an answer under those to grade by hand. It gets its points as soon as it
    is graded again with a check that is right.
    """
    SaveAutoGrades._add_score = _add_score_unless_faulty


def _add_score_unless_faulty(self: SaveAutoGrades, cell: NotebookNode, resources: Any) -> None:
    _add_score(self, cell, resources)
    if _is_faulty(cell):
        names = self.notebook_id, self.assignment_id, self.student_id
        grade = self.gradebook.find_grade(cell.metadata["nbgrader"]["grade_id"], *names)
        grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()


def _is_faulty(cell: NotebookNode) -> bool:
    """Whether the check says so: of a sealed run the cell tells it, else the report it showed."""
    found = [cell.metadata.get(FINDINGS, {})]
    found += [output.get("metadata", {}).get("unrolled", {}) for output in cell.get("outputs", [])]
    return any(each.get("faulty") for each in found)
