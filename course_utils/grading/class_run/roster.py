"""`course roster`: reads a platform's list of students into the grade book."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import MissingEntry

from course_utils.grading.class_run.book import open_book, tells_of_the_book
from course_utils.grading.plugins.refusal import printable

# What platforms call each column; of several that a file has, the first one named here counts.
COLUMNS = {
    "id": ("id number", "sis login id", "username", "user name", "login", "student_id",
           "student id", "student", "id"),
    "first_name": ("first_name", "first name", "firstname", "given name", "vorname"),
    "last_name": ("last_name", "last name", "lastname", "surname", "nachname"),
    "email": ("email", "email address", "e-mail", "e-mail-adresse"),
    "lms_user_id": ("lms_user_id", "lms user id", "lms id", "user id"),
}  # fmt: skip
CANVAS = {"student", "id", "sis login id"}  # where "Student" is a name and "ID" is Canvas's own
_ID = re.compile(r"[^\W.][\w.@+-]{0,63}")  # a folder's name


class NoRoster(Exception):  # noqa: N818 - a state of a file
    """A file can't be read as a list of students; the text is a sentence that says why."""


@tells_of_the_book("roster")
def roster(file: Path, root: Path) -> int:
    """Enters students into the grade book, and prints how many are new and how many have changed.

    Args:
      file: comma, semicolon or tab separated, with a line of headings; see `read`.
      root: the course's folder.

    Returns:
      0, or 1 if the file can't be read or a line of it names no student.
    """
    try:
        students, refused = read(file)
    except NoRoster as error:
        print(f"course roster: {printable(str(error))}", file=sys.stderr)
        return 1
    new = changed = 0
    with open_book(root) as book:
        for student_id, about in students.items():
            try:
                found = book.find_student(student_id)
                differs = any(getattr(found, key) != value for key, value in about.items())
            except MissingEntry:
                new += 1
            else:
                changed += differs
            book.update_or_create_student(student_id, **about)
    print(f"{len(students)} students: {new} new, {changed} changed.")
    for line in refused:
        print(f"  {printable(line)}", file=sys.stderr)
    return 1 if refused else 0


def read(file: Path) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The students of a file.

    Args:
      file: UTF-8, or what Excel writes on Windows.

    Returns:
      What is known of each student, by id, as the grade book names it; and a sentence for each line
      that was left out.

    Raises:
      NoRoster: if the file can't be read, or no column of it is an id.
    """
    text = _text(file)
    reader = csv.DictReader(io.StringIO(text), dialect=_dialect(text), restval="", restkey="")
    rows = {number: row for number, row in enumerate(reader, 2) if _is_a_students(row)}
    columns = _columns(list(reader.fieldnames or []), list(rows.values()))
    if "id" not in columns:
        raise NoRoster(
            f"{file.name} has no column with the students' ids. Its first line names: "
            f"{', '.join(reader.fieldnames or []) or 'nothing'}. One of them has to be "
            f"{', '.join(COLUMNS['id'])}."
        )
    students: dict[str, dict[str, str]] = {}
    refused = []
    for number, row in rows.items():
        about = {key: row[name].strip() for key, name in columns.items()}
        student_id = about.pop("id")
        if "first_name" not in about and ", " in about.get("last_name", ""):
            about["last_name"], about["first_name"] = about["last_name"].split(", ", 1)
        if not _ID.fullmatch(student_id):
            refused.append(f"line {number}: {student_id!r} can't be an id, which names a folder")
        elif student_id in students:
            refused.append(f"line {number}: {student_id!r} stands there a second time")
        else:
            students[student_id] = {key: value for key, value in about.items() if value}
    if not students and not refused:
        raise NoRoster(f"{file.name} names no student.")
    return students, refused


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoRoster(f"{file} can't be read: {error.strerror}.") from None
    if data.startswith((b"PK", b"\x00")):
        raise NoRoster(f"{file.name} is a workbook or an archive. Save the list as CSV.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoRoster(f"{file.name} is no text. Save the list as CSV, in UTF-8.")


def _dialect(text: str) -> type[csv.Dialect]:
    """How the fields are separated: by what the first line has most of."""
    first = text.partition("\n")[0]

    class Separated(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Separated


def _columns(names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The file's name of each column that is known; one that is filled goes before others."""
    given = {name.strip().lower(): name for name in names}
    if given.keys() >= CANVAS:
        return {
            "id": given["sis login id"],
            "last_name": given["student"],
            "lms_user_id": given["id"],
        }
    found: dict[str, str] = {}
    for key, known in COLUMNS.items():
        fitting = [given[name] for name in known if name in given]
        filled = [name for name in fitting if all(row[name].strip() for row in rows)]
        if fitting:
            found[key] = (filled or fitting)[0]
    return found


def _is_a_students(row: Mapping[str, str]) -> bool:
    """Whether a line tells of a student: not if it is empty, or a line of Canvas's own."""
    first = next(iter(row.values())).strip()
    filled = any(value.strip() for key, value in row.items() if key)
    return filled and first not in ("Points Possible", "Student, Test")
