"""`course report`: a page for the instructor on what a class has understood."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path, PurePath

import nbformat
from jinja2 import Environment
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.class_run.book import named, open_book, settings, tells_of_the_book
from course_utils.grading.class_run.pages import ChapterPage, read_chapter, totals
from course_utils.grading.plugins.store import Store

FILE = "report.html"  # in the course's folder, unless another one is asked for


@tells_of_the_book("report")
def report(chapters: Sequence[str], to: Path | None, root: Path) -> int:
    """Writes a page on the chapters that were graded.

    Args:
      chapters: numbers or names; all that were released, if none is named.
      to: the file; report.html in the course's folder by default.
      root: the course's folder.

    Returns:
      0, or 1 if there is no such chapter or release, or the page can't be written.
    """
    with open_book(root) as book:
        known = sorted(each.name for each in book.assignments if each.notebooks)
    names: list[str] = []
    for word in chapters or known:
        fitting = named(word, known)
        if not fitting:
            graded = ", ".join(known) or "no chapter"
            print(f"course report: {word} is unknown; graded: {graded}.", file=sys.stderr)
            return 1
        names += fitting
    try:
        pages = [read(name, root) for name in names]
    except FileNotFoundError as error:
        remedy = "`nbgrader generate_assignment CHAPTER --force` makes it again"
        print(f"course report: there is no {error.filename}; {remedy}.", file=sys.stderr)
        return 1
    return write(pages, to or root / FILE)


def read(name: str, root: Path) -> ChapterPage:
    """What there is to tell of a chapter that the grade book knows."""
    coursedir = CourseDirectory(config=settings(root))
    release = root / coursedir.release_directory / name / f"{name}.ipynb"
    handed_out = nbformat.read(release, as_version=4)
    with open_book(root) as book:
        page = read_chapter(
            book, book.find_assignment(name), root / coursedir.autograded_directory, handed_out
        )
    page.refused = Store(root).refused(name)
    tried = [PurePath(path).parts[:1] for path in page.refused]
    page.absent = [student for student in page.absent if (student,) not in tried]
    return page


def write(pages: list[ChapterPage], file: Path) -> int:
    """Writes the page, and says what is in it; 1 if it can't be written."""
    try:
        file.write_text(page_of(pages), encoding="utf-8")
    except OSError as error:
        print(f"course report: {file} can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"{file}: {', '.join(page.name for page in pages) or 'nothing was graded yet'}")
    return 0


def page_of(pages: list[ChapterPage]) -> str:
    """The page, whole in itself; what students wrote is text in it."""
    template = resources.files("course_utils.grading.class_run") / "report.html.j2"
    environment = Environment(autoescape=True, finalize=_visible)
    made = environment.from_string(template.read_text(encoding="utf-8"))
    return made.render(pages=pages, totals=totals(pages), made=f"{date.today():%Y-%m-%d}")


def _visible(value: object) -> object:
    """A text without characters that turn a line's direction or can't be seen."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c.isspace() or unicodedata.category(c)[0] != "C")
