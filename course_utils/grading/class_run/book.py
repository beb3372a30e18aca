"""The grade book of a course's folder, as its settings say."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from nbgrader.api import Gradebook, InvalidEntry, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

Words = ParamSpec("Words")
# How SQLAlchemy quotes a database that can't do its part, whatever it was asked.
_REFUSAL = re.compile(r"\([\w.]+\.(?:OperationalError|DatabaseError)\) (.+)")
_REMEDIES = {
    "locked": "Another command, or formgrader, is writing to it. Run this again when that is done.",
    "no such": "Another version of nbgrader made it. Run `nbgrader db upgrade`.",
    "not a database": "Put a copy of it back.",
    "malformed": "Put a copy of it back.",
}


class NoBook(Exception):  # noqa: N818 - a state of the grade book
    """The grade book can't be used; the text is a sentence."""


def trouble(said: str) -> str:
    """What is wrong with the grade book, if an error or a log tells that it can't be used.

    >>> trouble("(sqlite3.OperationalError) database is locked")[:50]
    "The grade book can't be used: database is locked. "
    >>> trouble("KeyError: 3")
    ''
    """
    found = _REFUSAL.search(said)
    if not found:
        return ""
    remedies = [remedy for words, remedy in _REMEDIES.items() if words in found[1]]
    return " ".join([f"The grade book can't be used: {found[1].strip()}.", *remedies[:1]])


def tells_of_the_book(
    command: str,
) -> Callable[[Callable[Words, int]], Callable[Words, int]]:
    """Makes a command say in a sentence, and return 1, if the grade book can't be used."""

    def decorate(run: Callable[Words, int]) -> Callable[Words, int]:
        @wraps(run)
        def told(*args: Words.args, **kwargs: Words.kwargs) -> int:
            try:
                return run(*args, **kwargs)
            except (SQLAlchemyError, InvalidEntry, NoBook) as error:
                said = trouble(str(error)) or str(error)
                print(f"course {command}: {said}", file=sys.stderr)
                return 1

        return told

    return decorate


def settings(root: Path) -> Config:
    """What `nbgrader_config.py` in a course's folder says."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def named(word: str, chapters: Iterable[str]) -> list[str]:
    r"""The chapters that a word names: a number, or a whole name.

    >>> named("01", ["01_two_step_rnn", "02_static_unrolling"]), named("1", ["01_two_step_rnn"])
    (['01_two_step_rnn'], [])
    >>> len(named("\u00fcbung", ["u\u0308bung"]))
    1
    """
    plain = {name: unicodedata.normalize("NFC", name) for name in chapters}  # macOS has others
    word = unicodedata.normalize("NFC", word)
    return [name for name, text in plain.items() if word in (text, text.partition("_")[0])]


def points_of(submission: SubmittedAssignment) -> float:
    """A submission's points in the grade book, the penalty for lateness taken off."""
    return float(max(submission.score - (submission.late_submission_penalty or 0.0), 0.0))


def open_book(root: Path) -> Gradebook:
    """The grade book; it is made if there is none. Close it, or use it in a `with` statement."""
    coursedir = CourseDirectory(config=settings(root))
    return Gradebook(coursedir.db_url, coursedir.course_id)
