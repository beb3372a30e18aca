"""The grade book of a course's folder, as its settings say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader


def settings(root: Path) -> Config:
    """What `nbgrader_config.py` in a course's folder says."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def named(word: str, chapters: Iterable[str]) -> list[str]:
    """The chapters that a word names: a number, or a whole name.

    >>> named("01", ["01_two_step_rnn", "02_static_unrolling"]), named("1", ["01_two_step_rnn"])
    (['01_two_step_rnn'], [])
    """
    return [name for name in chapters if word in (name, name.partition("_")[0])]


def points_of(submission: SubmittedAssignment) -> float:
    """A submission's points in the grade book, the penalty for lateness taken off."""
    return float(max(submission.score - (submission.late_submission_penalty or 0.0), 0.0))


def open_book(root: Path) -> Gradebook:
    """The grade book; it is made if there is none. Close it, or use it in a `with` statement."""
    coursedir = CourseDirectory(config=settings(root))
    return Gradebook(coursedir.db_url, coursedir.course_id)
