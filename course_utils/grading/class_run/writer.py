"""The one writer: nbgrader's own converters, in this process, a student at a time.

nbgrader is not thread-safe, and its command takes two seconds to start. What it writes is what
`nbgrader autograde` and `nbgrader generate_feedback` write.
"""

from __future__ import annotations

import glob
import hashlib
import json
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning

from course_utils.grading.class_run.book import NoBook, points_of, settings, trouble
from course_utils.grading.plugins import handed_in, store
from course_utils.grading.plugins.release import is_by_hand
from course_utils.grading.plugins.sealed import SealedExecute


class NotWritten(Exception):  # noqa: N818 - the text is a cause, often in nbgrader's words
    """nbgrader can't do its part, or may not."""


class Writer:
    """Writes into a course's grade book and folders.

    Args:
      root: the course's folder.
      timeout: seconds for a whole notebook, in place of what the settings say.

    Raises:
      NotWritten: if the course's settings run submissions unsealed.

    Attributes:
      coursedir: nbgrader's idea of the folder.
      limits: what one submission may use.
    """

    def __init__(self, root: Path, timeout: float | None = None) -> None:
        self._config = settings(root)
        if timeout is not None:
            self._config.SealedExecute.total_timeout = timeout
            self._config.SealedExecute.cell_timeout = timeout
        if "SealedExecute" not in map(_name, self._config.Autograde.autograde_preprocessors):
            raise NotWritten(
                "The settings run submissions unsealed. Put course_utils.grading.plugins.sealed."
                "SealedExecute into c.Autograde.autograde_preprocessors of nbgrader_config.py."
            )
        self._log = logging.Logger("course.grade")
        self._said = _Said()
        self._log.addHandler(self._said)
        self.coursedir = CourseDirectory(config=self._config, log=self._log)
        self.limits = SealedExecute(config=self._config, log=self._log).limits

    def folder(self, step: str, student: str, chapter: str) -> Path:
        """Where a step of nbgrader's keeps a student's work."""
        return Path(self.coursedir.format_path(step, student, chapter))

    def release(self, chapter: str) -> None:
        """Makes sure that the grade book knows a chapter.

        Raises:
          NotWritten: if nbgrader can't release it.
        """
        with self._gradebook() as gradebook:
            try:
                if gradebook.find_assignment(chapter).notebooks:
                    return
            except MissingEntry:
                pass  # else there is only its due date, which stays
        self._convert(GenerateAssignment, chapter, "*")

    def is_graded(
        self, chapter: str, student: str, key: str, points: Mapping[str, float | None]
    ) -> bool:
        """Whether the grade book has this result already, for the same time of handing in.

        Args:
          chapter: its name.
          student: who handed it in.
          key: of the result.
          points: for each check, None where nothing is decided.
        """
        done = self.folder(self.coursedir.autograded_directory, student, chapter)
        submitted = self.folder(self.coursedir.submitted_directory, student, chapter)
        if handed_in.timestamp(done) != handed_in.timestamp(submitted):
            return False
        try:
            notebook = nbformat.read(done / f"{chapter}.ipynb", as_version=4)
        except (OSError, ValueError):
            return False
        if notebook.metadata.get(store.KEY) != key or not self._knows(chapter, student):
            return False
        with self._gradebook() as gradebook:
            grades = _grades(gradebook.find_submission(chapter, student))
            return {g.name: g.auto_score for g in grades if g.name in points} == points

    def autograde(self, chapter: str, student: str) -> None:
        """Writes a student's outputs and points, late penalty included.

        A mark given by hand stays settled as long as the answer, or the check's points, are as they
        were: nbgrader would ask for it again.

        Raises:
          NotWritten: if nbgrader can't. It then leaves no points where there were none before.
          NoBook: if the grade book can't be used.
        """
        known = self._knows(chapter, student)
        before = self._settled(chapter, student) if known else {}
        try:
            self._convert(Autograde, chapter, student)
            self._settle(chapter, student, before)
        except NotWritten:
            if not known and self._knows(chapter, student):
                with self._gradebook() as gradebook:
                    gradebook.remove_submission(chapter, student)
            raise

    def _settled(self, chapter: str, student: str) -> dict[str, object]:
        """What each mark that was given by hand was given for."""
        answers = self._answers(chapter, student)
        with self._gradebook() as gradebook:
            return {
                grade.name: answers.get(grade.name, grade.auto_score)
                for grade in _grades(gradebook.find_submission(chapter, student))
                if grade.manual_score is not None and not grade.needs_manual_grade
            }

    def _settle(self, chapter: str, student: str, before: Mapping[str, object]) -> None:
        """Takes marks for settled that were so, and for the same as now."""
        answers = self._answers(chapter, student) if before else {}
        with self._gradebook() as gradebook:
            for grade in _grades(gradebook.find_submission(chapter, student)):
                now = answers.get(grade.name, grade.auto_score)
                if grade.name in before and before[grade.name] == now:
                    grade.needs_manual_grade = False
            gradebook.db.commit()

    def _answers(self, chapter: str, student: str) -> dict[str, str]:
        """The answers that a person grades, as they were graded last."""
        done = self.folder(self.coursedir.autograded_directory, student, chapter)
        try:
            cells = nbformat.read(done / f"{chapter}.ipynb", as_version=4).cells
        except (OSError, ValueError):
            return {}
        return {c.metadata.nbgrader.grade_id: c.source for c in cells if is_by_hand(c)}

    def _knows(self, chapter: str, student: str) -> bool:
        """Whether the grade book has a submission."""
        with self._gradebook() as gradebook:
            try:
                gradebook.find_submission(chapter, student)
            except MissingEntry:
                return False
        return True

    def penalise(self, chapter: str, student: str) -> None:
        """Sets the late penalty anew: a due date, an extension or a mark may have changed."""
        preprocessors = self._config.Autograde.autograde_preprocessors
        if AssignLatePenalties.__name__ in map(_name, preprocessors):
            names = {"student": student, "assignment": chapter, "notebook": chapter}
            resources = {"nbgrader": names | {"db_url": self.coursedir.db_url}}
            penalties = AssignLatePenalties(config=self._config, log=self._log)
            penalties.preprocess(NotebookNode(cells=[]), resources)

    def feedback(self, chapter: str, student: str) -> None:
        """Writes the page that the student gets back, unless all that it shows is as it was.

        Raises:
          NotWritten: if nbgrader can't.
        """
        done = self.folder(self.coursedir.autograded_directory, student, chapter)
        folder = self.folder(self.coursedir.feedback_directory, student, chapter)
        page = folder / f"{chapter}.html"
        mark = f"\n<!-- {self._shown(done / f'{chapter}.ipynb', chapter, student)} -->\n".encode()
        if not page.exists() or not page.read_bytes().endswith(mark):
            self._convert(GenerateFeedback, chapter, student)
            page.write_bytes(page.read_bytes() + mark)

    def _shown(self, graded: Path, chapter: str, student: str) -> str:
        """The same text as long as a page would show the same."""
        with self._gradebook() as gradebook:
            found = gradebook.find_submission(chapter, student)
            marks = [[grade.name, grade.score] for grade in _grades(found)]
            comments = [[each.name, each.comment] for n in found.notebooks for each in n.comments]
            told = json.dumps([sorted(marks), sorted(comments), found.late_submission_penalty])
        return hashlib.sha256(graded.read_bytes() + told.encode()).hexdigest()

    def score(self, chapter: str, student: str) -> tuple[float, float, list[str], list[str], bool]:
        """A student's points in the grade book.

        Returns:
          The points, the penalty for lateness taken off them, the ids of the questions that a
          person has yet to grade, what else the instructor should know, and whether it was late.
        """
        submitted = self.folder(self.coursedir.submitted_directory, student, chapter)
        remarks = []
        written = handed_in.timestamp(submitted)
        if written and handed_in.time_of(written) is None:
            remarks.append(f"its time can't be read, so it is not late: {written[:60]!r}")
        with self._gradebook() as gradebook:
            found = gradebook.find_submission(chapter, student)
            penalty = found.late_submission_penalty or 0.0
            waiting = [grade.name for grade in _grades(found) if grade.needs_manual_grade]
            remarks += [
                f"{grade.name}: the answer gets {grade.auto_score:g} points by now, and the mark "
                f"{grade.manual_score:g} that a person gave still counts"
                for grade in _grades(found)
                if None not in (grade.auto_score, grade.manual_score)
                and grade.manual_score < grade.auto_score
            ]
            late = found.total_seconds_late > 0
            return points_of(found), penalty, waiting, remarks, late

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def _convert(self, kind: type[BaseConverter], chapter: str, student: str) -> None:
        self.coursedir.assignment_id = chapter
        self.coursedir.student_id = student if student == "*" else glob.escape(student)
        self._said.lines.clear()
        converter = kind(coursedir=self.coursedir, config=self._config, log=self._log)
        converter.force = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries
                converter.start()
        except Exception as error:
            said = trouble("\n".join([*self._said.lines, str(error)]))
            if said:
                raise NoBook(said) from None
            raise NotWritten(self._said.cause() or str(error)) from None


def _grades(submission: SubmittedAssignment) -> list[Grade]:
    return [grade for notebook in submission.notebooks for grade in notebook.grades]


class _Said(logging.Handler):
    """Keeps what nbgrader logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def cause(self) -> str:
        """The last line of the first traceback that nbgrader logged, or of what it said."""
        tracebacks = [line for line in self.lines if line.startswith("Traceback")]
        said = [*tracebacks[:1], *self.lines[-1:], ""][0].strip()
        return said.rpartition("\n")[2]


def _name(preprocessor: type | str) -> str:
    """The name of a class that is given itself or by its path."""
    path = preprocessor if isinstance(preprocessor, str) else preprocessor.__name__
    return path.rpartition(".")[2]
