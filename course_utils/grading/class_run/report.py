"""`course report`: a page for the instructor on what a class has understood."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path

import nbformat
from jinja2 import Environment
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.class_run.book import named, open_book, settings, tells_of_the_book
from course_utils.grading.class_run.pages import ChapterPage, read_chapter, totals


@tells_of_the_book("report")
def report(chapters: Sequence[str], to: Path | None, root: Path) -> int:
    """Writes a page on the chapters that were graded.

    Args:
      chapters: numbers or names; all that were released, if none is named.
      to: the file; report.html in the course's folder by default.
      root: the course's folder.

    Returns:
      0, or 1 if there is no such chapter, or the page can't be written.
    """
    file = to or root / "report.html"
    coursedir = CourseDirectory(config=settings(root))
    pages: list[ChapterPage] = []
    with open_book(root) as book:
        known = {assignment.name: assignment for assignment in book.assignments}
        for word in chapters or sorted(known):
            fitting = named(word, sorted(known))
            if not fitting:
                names = ", ".join(sorted(known)) or "no chapter"
                print(f"course report: {word} is unknown; graded: {names}.", file=sys.stderr)
                return 1
            for name in fitting:
                release = root / coursedir.release_directory / name / f"{name}.ipynb"
                autograded = root / coursedir.autograded_directory
                handed_out = nbformat.read(release, as_version=4)
                pages.append(read_chapter(book, known[name], autograded, handed_out))
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
