"""The grade book of a course's folder, as its settings say."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader


def settings(root: Path) -> Config:
    """What `nbgrader_config.py` in a course's folder says."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def open_book(root: Path) -> Gradebook:
    """The grade book; it is made if there is none. Close it, or use it in a `with` statement."""
    coursedir = CourseDirectory(config=settings(root))
    return Gradebook(coursedir.db_url, coursedir.course_id)
