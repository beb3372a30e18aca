"""Enters the points into the grade book, and leaves those that a faulty check kept back open."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades

from course_utils.grading.plugins.store import FINDINGS


class SavePoints(SaveAutoGrades):
    """nbgrader's SaveAutoGrades, but an answer whose check itself failed has no points yet.

    Formgrader lists it under those to grade by hand. It gets its points as soon as it is graded
    again with a check that is right.
    """

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
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
