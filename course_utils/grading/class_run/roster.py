"""`course roster`: reads a platform's list of students into the grade book."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import unicodedata
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
    "last_name": ("last_name", "last name", "lastname", "surname", "nachname", "full name"),
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
    names, rows = _table(file)
    columns = _columns(names, list(rows.values()))
    if "id" not in columns:
        raise NoRoster(
            f"{file.name} has no column with the students' ids. Its first line names: "
            f"{', '.join(names) or 'nothing'}. One of them has to be {', '.join(COLUMNS['id'])}."
        )
    students: dict[str, dict[str, str]] = {}
    refused = []
    for number, row in rows.items():
        about = {key: " ".join(row[name].split()) for key, name in columns.items()}
        if not any(about.values()):
            continue  # a line of the platform's own
        student_id = unicodedata.normalize("NFC", about.pop("id"))
        if "first_name" not in about and ", " in about.get("last_name", ""):
            about["last_name"], about["first_name"] = about["last_name"].split(", ", 1)
        if not _ID.fullmatch(student_id):
            refused.append(f"line {number}: {student_id!r} can't be an id, which names a folder")
        elif student_id.casefold() in map(str.casefold, students):
            refused.append(f"line {number}: {student_id!r} stands there a second time")
        else:
            students[student_id] = {key: value for key, value in about.items() if value}
    if not students and not refused:
        raise NoRoster(f"{file.name} names no student.")
    return students, refused


def _table(file: Path) -> tuple[list[str], dict[int, dict[str, str]]]:
    """The headings of a file, and its lines that may tell of a student, by number."""
    text = _text(file)
    blank = len(text) - len(text.lstrip())
    reader = csv.DictReader(io.StringIO(text.lstrip()), dialect=_dialect(text.lstrip()), restval="")
    try:
        rows = {reader.line_num + text.count("\n", 0, blank): row for row in reader}
    except csv.Error as error:
        above = reader.line_num + text.count("\n", 0, blank)
        raise NoRoster(f"{file.name} can't be read below line {above}: {error}.") from None
    return list(reader.fieldnames or []), {n: row for n, row in rows.items() if _is_a_students(row)}


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoRoster(f"{file} can't be read: {error.strerror}.") from None
    if data.startswith((b"PK", b"\x00")):
        raise NoRoster(f"{file.name} is a workbook or an archive. Save the list as CSV.")
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
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
        strict = True  # a quotation mark that is not closed would take in all lines below

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
    texts = [value.strip() for name, value in row.items() if name]
    return any(texts) and texts[0] not in ("Points Possible", "Student, Test")
