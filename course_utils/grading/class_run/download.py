"""`course collect`: puts what a learning platform's download holds where it is graded."""

from __future__ import annotations

import codecs
import re
import stat
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.api import Student
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.class_run.book import named, open_book, settings, tells_of_the_book
from course_utils.grading.plugins.handed_in import TIMESTAMP, time_of, timestamp
from course_utils.grading.plugins.reading import LARGEST_FILE, decoded
from course_utils.grading.plugins.refusal import NotGradable, printable
from course_utils.grading.plugins.restore import grade_ids

MOST_FILES = 20_000  # of a download
# What a broken file, a password or an unknown compression leads to; or a date that is none.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
# How platforms name a file: whose it is, which attempt, and what the student called it.
MOODLE = re.compile(r"(?P<name>[^/]+?)_\d+_assignsubmission_file_?/?(?P<file>[^/]*)$")
BLACKBOARD = re.compile(r"(?P<before>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_(?P<file>[^/]*)$")
CANVAS = re.compile(r"(?P<slug>[^_/]+?)(?:_LATE)?_(?P<lms>\d+)_\d+_(?P<file>[^/]*)$")
# What browsers, systems and platforms add to a name.
_FRONT = re.compile(r"^(Copy of|Kopie von|Copie de|Copia de) ", re.IGNORECASE)
_BACK = re.compile(r"(-\d+| ?\(\d+\)|-Copy\d+| - Copy| copy)$", re.IGNORECASE)


class NoDownload(Exception):  # noqa: N818 - a state of a file
    """A file is no download that can be read; the text is a sentence."""


@dataclass(frozen=True)
class File:
    """A notebook of a download.

    Attributes:
      path: its name there.
      time: when it was handed in, in UTC, as far as the download tells.
      data: what it holds.
    """

    path: str
    time: datetime
    data: bytes


@tells_of_the_book("collect")
def collect_download(wanted: str, archive: Path, root: Path) -> int:
    """Puts each student's notebook of a chapter into `submitted/`, and tells what was left out.

    Args:
      wanted: the chapter's number or name.
      archive: Moodle's, Canvas's or Blackboard's ZIP file.
      root: the course's folder. Its grade book knows the students: see `course roster`.

    Returns:
      0, or 1 if the download can't be read or a notebook of it was refused.
    """
    coursedir = CourseDirectory(config=settings(root))
    source = root / coursedir.source_directory
    chapters = sorted(path.name for path in source.glob("*") if path.is_dir())
    fitting = named(wanted, chapters)
    if not fitting:
        said = f"There is no chapter {wanted!r} in {source.name}/: {', '.join(chapters)}."
        print(f"course collect: {said}", file=sys.stderr)
        return 1
    with open_book(root) as book:
        desk = _Desk(fitting[0], source, root / coursedir.submitted_directory, book.students)
        try:
            for file in _files(archive, desk.refused):
                desk.take(file)
        except NoDownload as error:
            print(f"course collect: {printable(str(error))}", file=sys.stderr)
            return 1
    print(f"{fitting[0]}: {len(desk.taken)} taken, {desk.unchanged} there already.")
    for path, cause in sorted(desk.refused.items()):
        print(printable(f"  {path}: {cause}"), file=sys.stderr)
    return 1 if desk.refused else 0


def _files(archive: Path, refused: dict[str, str]) -> Iterator[File]:
    """The notebooks of a ZIP file, oldest first, one in memory at a time; causes of others."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if _is_a_students(entry)]
            if len(entries) > MOST_FILES:
                raise NoDownload(f"{archive.name} has more than {MOST_FILES} files.")
            for entry in sorted(entries, key=lambda entry: (entry.date_time, entry.filename)):
                if not entry.filename.lower().endswith(".ipynb"):
                    refused[entry.filename] = "it is no notebook"
                elif entry.file_size > LARGEST_FILE:
                    refused[entry.filename] = f"it has more than {LARGEST_FILE >> 20} MiB"
                else:
                    try:
                        data = opened.read(entry).removeprefix(codecs.BOM_UTF8)
                        yield File(entry.filename, datetime(*entry.date_time), data)
                    except UNREADABLE as error:
                        refused[entry.filename] = f"it can't be unpacked: {error}"
    except (OSError, *UNREADABLE) as error:
        raise NoDownload(f"{archive} can't be read as a ZIP file: {error}.") from None


def _is_a_students(entry: zipfile.ZipInfo) -> bool:
    """Whether a person put it there: not a folder, a link, or what a system hides beside files."""
    parts = PurePosixPath(entry.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return not entry.is_dir() and not stat.S_ISLNK(entry.external_attr >> 16) and not hidden


class _Desk:
    """Where notebooks of one chapter are taken in.

    Attributes:
      taken: who has handed in.
      unchanged: how many notebooks were there already.
      refused: why each other file was left out.
    """

    def __init__(
        self, chapter: str, source: Path, submitted: Path, students: Sequence[Student]
    ) -> None:
        self.taken: set[str] = set()
        self.unchanged = 0
        self.refused: dict[str, str] = {}
        self._chapter, self._submitted = chapter, submitted
        solved = nbformat.read(source / chapter / f"{chapter}.ipynb", as_version=4)
        self._ids = grade_ids(solved.cells)
        self._students = _Students(students)

    def take(self, file: File) -> None:
        """Puts a file where it is graded, or notes why not."""
        try:
            student, time, name = self._students.of(file)
            self._refuse_other_chapters(file, name)
            folder = self._submitted / student / self._chapter
            path = folder / f"{self._chapter}.ipynb"
            if path.exists() and path.read_bytes() == file.data:
                self.unchanged += student not in self.taken
                return
            there = time_of(timestamp(folder)) or _changed(path)
            if there is not None and there > time:
                raise NotGradable(path, f"what {student} has handed in is newer, {there:%Y-%m-%d}")
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
            (folder / TIMESTAMP).write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
            self.taken.add(student)
        except NotGradable as refused:
            self.refused[file.path] = refused.cause
        except OSError as error:
            self.refused[file.path] = f"it can't be written: {error.strerror}"

    def _refuse_other_chapters(self, file: File, name: str) -> None:
        """Raises `NotGradable` if the cells, or without ids the name, are another chapter's."""
        try:
            text = decoded(file.data, Path(file.path))
            cells = nbformat.reads(text, as_version=4)["cells"]
            ids = grade_ids(cells)
        except Exception:  # grading says what is wrong with it
            ids = set()
        if ids and not ids & self._ids:
            cause = f"it is not {self._chapter}: its exercises are others"
            raise NotGradable(Path(file.path), cause)
        if not ids and plain_name(name).casefold() != self._chapter.casefold():
            cause = f"neither its name nor its cells are those of {self._chapter}"
            raise NotGradable(Path(file.path), cause)


class _Students:
    """Who is called what, in the grade book and on a platform."""

    def __init__(self, students: Sequence[Student]) -> None:
        self._ids = {str(student.id).casefold(): str(student.id) for student in students}
        self._lms = {str(s.lms_user_id): str(s.id) for s in students if s.lms_user_id}
        self._names: dict[str, list[str]] = {}
        for student in students:
            first, last = student.first_name or "", student.last_name or ""
            for name in {_letters(first + last), _letters(last + first)} - {""}:
                self._names.setdefault(name, []).append(str(student.id))

    def of(self, file: File) -> tuple[str, datetime, str]:
        """Whose a file is, when it was handed in, and what it was called.

        Raises:
          NotGradable: if that can't be told.
        """
        if found := MOODLE.search(file.path):
            return self._called(found["name"], file), file.time, found["file"] or file.path
        if found := BLACKBOARD.search(PurePosixPath(file.path).name):
            time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S")
            return self._ending(found["before"], file), time, found["file"]
        if found := CANVAS.search(PurePosixPath(file.path).name):
            student = self._lms.get(found["lms"]) or self._called(found["slug"], file)
            return student, file.time, found["file"]
        cause = "its name is not one that Moodle, Canvas or Blackboard gives"
        raise NotGradable(Path(file.path), cause)

    def _called(self, name: str, file: File) -> str:
        if name.casefold() in self._ids:
            return self._ids[name.casefold()]
        found = self._names.get(_letters(name), [])
        if len(found) == 1:
            return found[0]
        several = f"{len(found)} students of the grade book are" if found else "no student is"
        cause = f"{several} called {name!r}; enter ids with `course roster`"
        raise NotGradable(Path(file.path), cause)

    def _ending(self, before: str, file: File) -> str:
        """The student whose id a text ends in, after an underscore."""
        fitting = [id for id in self._ids if before.casefold().endswith(f"_{id}")]
        if not fitting:
            cause = f"the grade book has no student whose id ends {before!r}; use `course roster`"
            raise NotGradable(Path(file.path), cause)
        return self._ids[max(fitting, key=len)]


def plain_name(file: str) -> str:
    """A file's name without its ending and without what browsers and platforms add to it.

    >>> plain_name("Copy of 01_two_step_rnn (1).ipynb"), plain_name("01_two_step_rnn-2.ipynb")
    ('01_two_step_rnn', '01_two_step_rnn')
    """
    name = PurePosixPath(file).stem
    while (shorter := _BACK.sub("", _FRONT.sub("", name))) != name:
        name = shorter
    return name


def _letters(name: str) -> str:
    """A name's letters alone: platforms differ in spaces, hyphens, capitals and Unicode forms."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _changed(path: Path) -> datetime | None:
    """When a file was written, in UTC; None if it is not there."""
    if not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
