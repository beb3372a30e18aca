"""The one writer: nbgrader's own converters, in this process, a student at a time.

nbgrader is not thread-safe, and its command takes two seconds to start. What it writes is what
`nbgrader autograde` and `nbgrader generate_feedback` write.
"""

from __future__ import annotations

import glob
import logging
import warnings
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

from course_utils.grading.plugins import store
from course_utils.grading.plugins.sealed import SealedExecute

TIMESTAMP = "timestamp.txt"


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
        self._config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        self._config.CourseDirectory.root = str(root)
        if timeout is not None:
            self._config.SealedExecute.total_timeout = timeout
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
                gradebook.find_assignment(chapter)
            except MissingEntry:
                pass
            else:
                return
        self._convert(GenerateAssignment, chapter, "*")

    def is_graded(self, chapter: str, student: str, key: str) -> bool:
        """Whether the grade book has this result already, for the same time of handing in."""
        done = self.folder(self.coursedir.autograded_directory, student, chapter)
        handed_in = self.folder(self.coursedir.submitted_directory, student, chapter)
        if _text(done / TIMESTAMP) != _text(handed_in / TIMESTAMP):
            return False
        try:
            notebook = nbformat.read(done / f"{chapter}.ipynb", as_version=4)
        except (OSError, ValueError):
            return False
        return notebook.metadata.get(store.KEY) == key and self._knows(chapter, student)

    def autograde(self, chapter: str, student: str) -> None:
        """Writes a student's outputs and points, late penalty included.

        Raises:
          NotWritten: if nbgrader can't. It then leaves no points where there were none before.
        """
        known = self._knows(chapter, student)
        try:
            self._convert(Autograde, chapter, student)
        except NotWritten:
            if not known and self._knows(chapter, student):
                with self._gradebook() as gradebook:
                    gradebook.remove_submission(chapter, student)
            raise

    def _knows(self, chapter: str, student: str) -> bool:
        """Whether the grade book has a submission."""
        with self._gradebook() as gradebook:
            try:
                gradebook.find_submission(chapter, student)
            except MissingEntry:
                return False
        return True

    def feedback(self, chapter: str, student: str) -> None:
        """Writes the page that the student gets back, unless it is newer than the grades.

        Raises:
          NotWritten: if nbgrader can't.
        """
        done = self.folder(self.coursedir.autograded_directory, student, chapter)
        page = self.folder(self.coursedir.feedback_directory, student, chapter)
        graded, written = done / f"{chapter}.ipynb", page / f"{chapter}.html"
        if not written.exists() or written.stat().st_mtime < graded.stat().st_mtime:
            self._convert(GenerateFeedback, chapter, student)

    def score(self, chapter: str, student: str) -> tuple[float, float, list[str]]:
        """A student's points in the grade book.

        Returns:
          The points, the penalty for lateness taken off them, and the ids of the questions that a
          person has yet to grade.
        """
        with self._gradebook() as gradebook:
            found = gradebook.find_submission(chapter, student)
            penalty = found.late_submission_penalty or 0.0
            grades = [grade for notebook in found.notebooks for grade in notebook.grades]
            waiting = [grade.name for grade in grades if grade.needs_manual_grade]
            return max(found.score - penalty, 0.0), penalty, waiting

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
            raise NotWritten(self._said.cause() or str(error)) from None


class _Said(logging.Handler):
    """Keeps what nbgrader logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def cause(self) -> str:
        """The last line of the traceback that nbgrader logged, or of what it said."""
        tracebacks = [line for line in self.lines if line.startswith("Traceback")]
        said = (tracebacks or self.lines or [""])[-1].strip()
        return said.rpartition("\n")[2]


def _name(preprocessor: type | str) -> str:
    """The name of a class that is given itself or by its path."""
    path = preprocessor if isinstance(preprocessor, str) else preprocessor.__name__
    return path.rpartition(".")[2]


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
