"""`course export`: the points of a class as a file that a learning platform takes."""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student

from course_utils.grading.class_run.book import named, open_book, points_of, tells_of_the_book

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with what a spreadsheet begins to compute


@dataclass(frozen=True)
class Form:
    """What a platform wants.

    Attributes:
      about: the headings of what is known of a student, and how to get it.
      first: a line below the headings that begins so and tells the points of each chapter, or "".
      has_total: whether a last column has the sum.
    """

    about: dict[str, Callable[[Student], str | None]]
    first: str = ""
    has_total: bool = False


def _canvas_name(student: Student) -> str:
    return ", ".join(filter(None, (student.last_name, student.first_name))) or str(student.id)


FORMS = {
    "csv": Form(
        {
            "student_id": lambda student: student.id,
            "last_name": lambda student: student.last_name,
            "first_name": lambda student: student.first_name,
            "email": lambda student: student.email,
        },
        has_total=True,
    ),
    "canvas": Form(
        {
            "Student": _canvas_name,
            "ID": lambda student: student.lms_user_id,
            "SIS User ID": lambda _student: "",
            "SIS Login ID": lambda student: student.id,
            "Section": lambda _student: "",
        },
        first="    Points Possible",
    ),
    "moodle": Form(
        {
            "Username": lambda student: student.id,
            "First name": lambda student: student.first_name,
            "Surname": lambda student: student.last_name,
            # The list of students names them by one of the two; either can be chosen there.
            "ID number": lambda student: student.lms_user_id or student.id,
            "Email address": lambda student: student.email,
        }
    ),
}


@tells_of_the_book("export")
def export(chapters: Sequence[str], form: str, to: Path | None, root: Path) -> int:
    """Writes the points of all students of the grade book, late penalties taken off.

    A student's points of a chapter are empty where nothing was graded, and where a person has yet
    to grade a question.

    Args:
      chapters: numbers or names; all that were released, if none is named.
      form: "csv", "canvas" or "moodle".
      to: the file; by default grades.csv, grades-canvas.csv or grades-moodle.csv in the folder.
      root: the course's folder.

    Returns:
      0, or 1 if there is no such chapter, or the file can't be written.
    """
    file = to or root / ("grades.csv" if form == "csv" else f"grades-{form}.csv")
    with open_book(root) as book:
        known = {each.name: each for each in book.assignments if each.notebooks}
        found = {word: named(word, sorted(known)) for word in chapters or known}
        unknown = [word for word, names in found.items() if not names]
        if unknown or not found:
            asked = f"does not know {', '.join(unknown)}; it knows" if unknown else "knows"
            names = ", ".join(sorted(known)) or "no chapter, since nothing was graded yet"
            print(f"course export: the grade book {asked} {names}.", file=sys.stderr)
            return 1
        wanted = sorted({name for names in found.values() for name in names})
        table, waiting = _table(book, [known[name] for name in wanted], FORMS[form])
        students = len(book.students)
    try:
        with file.open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows(table)
    except OSError as error:
        print(f"course export: {file} can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"{file}: {students} students, {', '.join(wanted)}")
    if waiting:
        print(f"Empty, since a person has yet to grade a question: {waiting}")
    return 0


def _table(
    book: Gradebook, assignments: Sequence[Assignment], form: Form
) -> tuple[list[list[str]], int]:
    """The lines of the file, and how many points are missing that a person has to give."""
    total = ["total"] if form.has_total else []
    lines = [[*form.about, *(assignment.name for assignment in assignments), *total]]
    if form.first:
        blank = [""] * (len(form.about) - 1)
        lines.append([form.first, *blank, *(f"{a.max_score:g}" for a in assignments)])
    waiting = 0
    for student in sorted(book.students, key=lambda student: str(student.id)):
        points: list[float | None] = []
        for assignment in assignments:
            try:
                found = book.find_submission(assignment.name, student.id)
            except MissingEntry:
                points.append(None)
                continue
            waiting += found.needs_manual_grade
            points.append(None if found.needs_manual_grade else points_of(found))
        given = [each for each in points if each is not None]
        if form.has_total:
            points.append(sum(given) if given else None)
        about = [_safe(get(student)) for get in form.about.values()]
        lines.append([*about, *("" if each is None else f"{each:.10g}" for each in points)])
    return lines, waiting


def _safe(text: str | None) -> str:
    """A text that no spreadsheet computes: names come from elsewhere.

    >>> _safe("=HYPERLINK(1)"), _safe("Ada"), _safe(None)
    ("'=HYPERLINK(1)", 'Ada', '')
    """
    text = str(text or "")
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")  # turns a line's direction
    plain = unicodedata.normalize("NFKC", seen).lstrip(" ")  # wide forms compute, too
    return f"'{text}" if plain.startswith(_FORMULA) else text
