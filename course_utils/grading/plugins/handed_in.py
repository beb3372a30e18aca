"""What leaves a student's folder: the notebook, the time of handing in, and the exchange's secret.

nbgrader copies whatever lies beside a notebook, follows links, and reads `timestamp.txt` whatever
it is. It has no setting against that, so `guard` puts these functions in the place of its own.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from dateutil import parser, tz
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # of nbgrader's exchange; by it a student finds the feedback
_LONGEST = 1000  # bytes of a time
_LANGUAGES = ("de", "fr", "es", "it", "nl", "pt")  # besides English: names of months and weekdays
_BETWEEN = ("uhr", "um", "à", "às", "le", "de", "a", "alle", "ore", "las", "los", "om")
_NUMERIC = re.compile(r"\s*(\d{1,2})([./])(\d{1,2})\2\d{4}\b")
_FROM_UTC = re.compile(r"\b(UTC|GMT) ?(?=[+-]\d)")
_SUMMER = {"CEST": 2, "MESZ": 2, "MEZ": 1, "BST": 1, "EEST": 3, "WEST": 1}
_AMERICAN = {"EDT": -4, "CST": -6, "CDT": -5, "PST": -8, "PDT": -7, "MDT": -6}
_EASTERN = {"MSK": 3, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZDT": 13}
_HOURS = _SUMMER | _AMERICAN | _EASTERN  # what the database of time zones does not have


def timestamp(folder: Path) -> str:
    """The text of a folder's `timestamp.txt`; "" if there is none, or no ordinary small file."""
    return _text(folder / TIMESTAMP).strip()


def _text(file: Path) -> str:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        ordinary = stat.S_ISREG(os.fstat(handle).st_mode)
        data = os.read(handle, _LONGEST + 1) if ordinary else b""
    finally:
        os.close(handle)
    return data.decode("utf-8-sig", "replace") if len(data) <= _LONGEST else ""


def time_of(text: str) -> datetime | None:
    """The moment that a text names, in UTC and without a time zone, as nbgrader keeps it.

    Without a zone it is UTC; with one that is not known it can't be told. A date of numbers only
    has the year in front, or dots between day, month and year; 1/2/2026 is one day in Europe and
    another one in America, so it is none here.

    >>> time_of("2026-12-01 10:00:00 +0100"), time_of("Dienstag, 1. Dezember 2026, 10:00 Uhr")
    (datetime.datetime(2026, 12, 1, 9, 0), datetime.datetime(2026, 12, 1, 10, 0))
    >>> time_of("yesterday")
    """
    text = _FROM_UTC.sub("", text)  # dateutil takes the sign of UTC+2 for the other one
    *words, last = text.split() or [""]
    zone = _zone(last) if words else None
    if zone is not None:
        text = " ".join(words)
    numeric = _NUMERIC.match(text)
    if numeric and numeric[2] == "/" and int(numeric[1]) <= 12 and int(numeric[3]) <= 12:
        return None
    try:
        # What the text does not say comes from the default; the day has to be said.
        with warnings.catch_warnings(action="error", category=parser.UnknownTimezoneWarning):
            found, other = (
                parser.parse(text, _names(), default=day, dayfirst=numeric is not None)
                for day in (datetime(2000, 1, 1), datetime(2001, 2, 2))
            )
        if found != other:
            return None
        moment = found if found.tzinfo else found.replace(tzinfo=zone or UTC)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, parser.UnknownTimezoneWarning):
        return None


def _zone(word: str) -> tzinfo | None:
    if word in _HOURS:
        return tz.tzoffset(word, timedelta(hours=_HOURS[word]))
    return tz.gettz(word) if re.fullmatch(r"[A-Z]{3,5}|[A-Za-z_]+/[\w/+-]+", word) else None


@cache
def _names() -> parser.parserinfo:
    """English names of months and days, and those of some other languages."""
    names = parser.parserinfo()
    names._jump.update(dict.fromkeys(_BETWEEN))
    for language in map(Locale, _LANGUAGES):
        for width in ("wide", "abbreviated"):
            for month, name in language.months["format"][width].items():
                names._months.setdefault(name.lower().rstrip("."), month - 1)
            for day, name in language.days["format"][width].items():
                names._weekdays.setdefault(name.lower().rstrip("."), day)
    return names


def guard() -> None:
    """Makes nbgrader's commands heed it; nbgrader_config.py, which all of them read, calls this."""
    BaseConverter.init_assignment = _copy_beside
    CourseDirectory.get_existing_timestamp = _existing_timestamp


_copy_all = BaseConverter.init_assignment


def _copy_beside(self: BaseConverter, assignment_id: str, student_id: str) -> None:
    """Copies what goes with a notebook: of a student's the timestamp and the secret only."""
    if student_id == ".":  # a release; what lies there is the course's own, data files among it
        include, self.coursedir.include = self.coursedir.include, ["*"]
        try:
            _copy_all(self, assignment_id, student_id)
        finally:
            self.coursedir.include = include
        return
    source = Path(self._format_source(assignment_id, student_id))
    folder = Path(self._format_dest(assignment_id, student_id))
    for name in (TIMESTAMP, SECRET):
        text = _text(source / name)
        (folder / name).unlink(missing_ok=True)
        if text.strip():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def _existing_timestamp(self: CourseDirectory, dest_path: str) -> Any:
    """The time in a folder's `timestamp.txt`, if it can be read as one."""
    text = timestamp(Path(dest_path))
    moment = time_of(text)
    if text and moment is None:
        self.log.warning("No time can be read in %s: %.80r", Path(dest_path) / TIMESTAMP, text)
    return moment
