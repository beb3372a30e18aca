"""`course collect`: puts what a learning platform's download holds where it is graded."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.api import Student
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.class_run.archive import Download, File, NoDownload, in_utc
from course_utils.grading.class_run.book import named, open_book, settings, tells_of_the_book
from course_utils.grading.class_run.source import chapters, trouble
from course_utils.grading.plugins.handed_in import TIMESTAMP, time_of, timestamp
from course_utils.grading.plugins.reading import decoded
from course_utils.grading.plugins.refusal import NotGradable, printable
from course_utils.grading.plugins.restore import grade_ids

# How platforms name a file: whose it is, which attempt, and what the student called it. The first
# that fits counts: what comes behind it was chosen by the student.
_FOLDERS = r"(?:[^/]*/)*?"
MOODLE = re.compile(_FOLDERS + r"(?P<name>[^/]+?)_\d+_assignsubmission_file_?/?(?P<file>.*)")
CANVAS = re.compile(
    _FOLDERS + r"(?P<name>[^_/]+?)(?P<late>_LATE)?_(?P<lms>\d+)_\d+_(?P<file>[^/]*)"
)
BLACKBOARD = re.compile(
    _FOLDERS + r"(?P<before>[^/]+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})_(?P<file>[^/]*)"
)
# What browsers, systems and platforms add to a name.
_FRONT = re.compile(r"^(Copy of|Kopie von|Copie de|Copia de) ", re.IGNORECASE)
_BACK = re.compile(r"(-\d+| ?\(\d+\)|-Copy\d+| - Copy| copy)$", re.IGNORECASE)
_ENDING = re.compile(r"(\.ipynb|\.json|\.txt)+$", re.IGNORECASE)


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
    try:
        coursedir = CourseDirectory(config=settings(root))
        chapter = _chapter(wanted, root / coursedir.source_directory)
        with open_book(root) as book:
            download = Download(archive)
            students = _Students(book.students, download.paths)
        desk = _Desk(chapter, root / coursedir.submitted_directory, students, download.refused)
        for file in download.files(download.paths):
            desk.take(file)
        for file in download.files(desk.unreadable):
            desk.take(file, as_it_is=True)
    except NoDownload as error:
        print(f"course collect: {printable(str(error))}", file=sys.stderr)
        return 1
    print(f"{chapter.name}: {desk.taken} taken, {desk.unchanged} there already.")
    for line in desk.remarks():
        print(printable(line))
    for path, cause in sorted(desk.refused.items()):
        print(printable(f"  {path}: {cause}"), file=sys.stderr)
    return 1 if desk.refused else 0


def _chapter(wanted: str, source: Path) -> Path:
    """The folder of the one chapter that a word names.

    Raises:
      NoDownload: if there is none, or several, or if it is not one notebook.
    """
    known = chapters(source)
    fitting = named(wanted, known)
    if not fitting:
        raise NoDownload(f"There is no chapter {wanted!r} in {source.name}/: {', '.join(known)}.")
    if len(fitting) > 1:
        raise NoDownload(f"{wanted!r} may be {' or '.join(fitting)}; give the whole name.")
    if said := trouble(source, fitting[0]):
        raise NoDownload(said)
    return source / fitting[0]


class _Desk:
    """Where notebooks of one chapter are taken in.

    Args:
      chapter: its folder in the source.
      submitted: where submissions lie.
      students: who is called what.
      refused: why each other file of the download is left out.

    Attributes:
      taken: how many notebooks were put there.
      unchanged: how many were there already.
      refused: why each other file was left out.
      unreadable: files that are no notebooks, and wait until all others are taken.
    """

    def __init__(
        self, chapter: Path, submitted: Path, students: _Students, refused: dict[str, str]
    ) -> None:
        self.taken = self.unchanged = 0
        self.refused = refused
        self.unreadable: list[str] = []
        self._chapter, self._submitted, self._students = chapter.name, submitted, students
        solved = nbformat.read(chapter / f"{chapter.name}.ipynb", as_version=4)
        self._ids = grade_ids(solved.cells)
        self._counts: dict[str, str] = {}  # the name of each student's file
        self._left: list[str] = []
        self._untimed = False

    def take(self, file: File, as_it_is: bool = False) -> None:
        """Puts a file where it is graded, or notes why not.

        Args:
          file: they come newest first, and of a student's the first counts.
          as_it_is: whether to take what is no notebook, too. Grading says what is wrong with it.
        """
        try:
            student, time, name = self._students.of(file)
            path = self._submitted / student / self._chapter / f"{self._chapter}.ipynb"
            same = path.exists() and path.read_bytes() == file.data
            ids = self._ids if same else _ids_in(file)
            if ids is None and not as_it_is:
                self.unreadable.append(file.path)
                return
            self._refuse_others(file, name, ids)
            if student in self._counts and ids is not None:
                self._left.append(f"  {file.path}: {self._counts[student]} counts, which is newer")
                return
            if not same:
                _refuse_older(file, ids, student, path, time)
                _write(path, file, time)
                self._untimed |= time is None and not self._students.late_ones_are_named
            self.taken, self.unchanged = self.taken + (not same), self.unchanged + same
            self._counts[student] = file.path
        except NotGradable as refused:
            self.refused[file.path] = refused.cause
        except OSError as error:
            self.refused[file.path] = f"it can't be written: {error.strerror}"

    def remarks(self) -> list[str]:
        """What else is to be known of those that were taken."""
        untimed = (
            f"  The download does not tell when they were handed in, so nobody counts as late: if "
            f"somebody was, write the time to {self._submitted.name}/STUDENT/{self._chapter}/"
            f"{TIMESTAMP}."
        )
        return [*self._left, *[untimed] * self._untimed]

    def _refuse_others(self, file: File, name: str, ids: set[str] | None) -> None:
        """Raises `NotGradable` if the cells, or without ids the name, are another chapter's."""
        if ids and not ids & self._ids:
            cause = f"it is not {self._chapter}: its exercises are others"
            raise NotGradable(Path(file.path), cause)
        if not ids and _folded(plain_name(name)) != _folded(self._chapter):
            cause = f"neither its name nor its cells are those of {self._chapter}"
            raise NotGradable(Path(file.path), cause)


def _refuse_older(
    file: File, ids: set[str] | None, student: str, path: Path, time: datetime | None
) -> None:
    """Raises `NotGradable` if what is there is newer, or if this is no notebook and that is one."""
    there = time_of(timestamp(path.parent)) or _changed(path)
    if there is not None and there > (time or file.written):
        cause = f"what {student} has handed in is newer, {there:%Y-%m-%d}"
        raise NotGradable(Path(file.path), cause)
    if ids is None and path.exists():
        cause = f"it is no notebook that can be read; what {student} had handed in before stays"
        raise NotGradable(Path(file.path), cause)


def _write(path: Path, file: File, time: datetime | None) -> None:
    """Puts a notebook in its place; if that breaks off in between, the next run does it anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if time is not None:
        stamp = path.with_name(TIMESTAMP)
        stamp.write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    part = path.with_name(f".{path.name}")
    part.write_bytes(file.data)
    seconds = file.written.replace(tzinfo=UTC).timestamp()
    os.utime(part, (seconds, seconds))
    os.replace(part, path)


def _ids_in(file: File) -> set[str] | None:
    """The ids of nbgrader's in a notebook; None if it is none."""
    try:
        return grade_ids(nbformat.reads(decoded(file.data, Path(file.path)), as_version=4)["cells"])
    except Exception:  # whatever a student's file leads to
        return None


class _Students:
    """Who is called what, in the grade book and on a platform.

    Args:
      students: all of the grade book.
      paths: the names of files. They are read as those of the platform that most of them fit:
        a student's file may have a name like another platform's.

    Attributes:
      late_ones_are_named: whether the platform marks late ones.
    """

    def __init__(self, students: Sequence[Student], paths: Sequence[str]) -> None:
        self._ids = {_folded(str(student.id)): str(student.id) for student in students}
        self._lms = {str(s.lms_user_id): str(s.id) for s in students if s.lms_user_id}
        self._names: dict[str, list[tuple[str, str]]] = {}
        for student in students:
            first, last = student.first_name or "", student.last_name or ""
            for name in {f"{first} {last}", f"{last} {first}"}:
                if _letters(name):
                    self._names.setdefault(_letters(name), []).append((name, str(student.id)))
        forms = (MOODLE, CANVAS, BLACKBOARD)
        self._form = max(forms, key=lambda form: sum(bool(form.fullmatch(p)) for p in paths))
        self.late_ones_are_named = self._form is CANVAS

    def of(self, file: File) -> tuple[str, datetime | None, str]:
        """Whose a file is, when it was handed in if that is told, and what it was called.

        Raises:
          NotGradable: if it is nobody's.
        """
        found = self._form.fullmatch(file.path)
        if not found:
            cause = "its name is not one that Moodle, Canvas or Blackboard gives"
            raise NotGradable(Path(file.path), cause)
        if self._form is BLACKBOARD:
            return self._ending(found["before"], file), _time(found["time"], file), found["file"]
        if self._form is CANVAS:  # it tells late ones, and of no file when it was handed in
            student = self._lms.get(found["lms"]) or self._called(found["name"], file)
            return student, file.written if found["late"] else None, found["file"]
        return self._called(found["name"], file), file.handed_in, found["file"] or file.path

    def _called(self, name: str, file: File) -> str:
        if _folded(name) in self._ids:
            return self._ids[_folded(name)]
        alike = self._names.get(_letters(name), [])
        same = [id for called, id in alike if _folded(called) == _folded(name)]
        found = set(same) or {id for _, id in alike}
        if len(found) == 1:
            return found.pop()
        several = f"{len(found)} students of the grade book are" if found else "no student is"
        cause = f"{several} called {name!r}; enter ids with `course roster`"
        raise NotGradable(Path(file.path), cause)

    def _ending(self, before: str, file: File) -> str:
        """The student whose id a text ends in, after an underscore."""
        fitting = [id for id in self._ids if _folded(before).endswith(f"_{id}")]
        if not fitting:
            cause = f"the grade book has no student whose id ends {before!r}; use `course roster`"
            raise NotGradable(Path(file.path), cause)
        return self._ids[max(fitting, key=len)]


def _time(told: str, file: File) -> datetime:
    try:
        return in_utc(datetime.strptime(told, "%Y-%m-%d-%H-%M-%S"))
    except (ValueError, OverflowError):
        raise NotGradable(Path(file.path), f"its name tells no time: {told}") from None


def plain_name(file: str) -> str:
    """A file's name without its ending and without what browsers and platforms add to it.

    >>> plain_name("Copy of 01_two_step_rnn (1).ipynb"), plain_name("01_two_step_rnn-2.ipynb.txt")
    ('01_two_step_rnn', '01_two_step_rnn')
    """
    name = _ENDING.sub("", PurePosixPath(file).name)
    while (shorter := _BACK.sub("", _FRONT.sub("", name))) != name:
        name = shorter
    return name


def _folded(name: str) -> str:
    """A name in one of its Unicode forms, without capitals."""
    return unicodedata.normalize("NFC", name).casefold()


def _letters(name: str) -> str:
    """A name's letters alone: platforms differ in spaces, hyphens, capitals and Unicode forms."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _changed(path: Path) -> datetime | None:
    """When a file was written, in UTC; None if it is not there."""
    if not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
