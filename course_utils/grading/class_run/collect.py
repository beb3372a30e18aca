"""Finds what students handed in, and reads it; says of every other file why it can't be graded."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.grading.plugins.reading import text_of
from course_utils.grading.plugins.refusal import NotGradable, refuse_length

_LONGEST_CAUSE = 200  # characters
_PATTERN = re.compile(r"[*?\[\]]")
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>)( |$)", re.MULTILINE)
SYSTEMS_OWN = {"__MACOSX", "Thumbs.db", "desktop.ini"}  # what archives and systems leave behind


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in under the right name.

    Attributes:
      student: who handed it in.
      chapter: what it answers.
      path: where it lies.
    """

    student: str
    chapter: str
    path: Path

    def read(self) -> NotebookNode:
        """The notebook.

        Raises:
          NotGradable: if it is none.
        """
        text = self._text()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what `restore` puts right
                notebook = nbformat.reads(text, as_version=4)
        except RecursionError:
            raise NotGradable(self.path, "it is nested too deeply for a notebook") from None
        except Exception as error:
            marker = _CONFLICT.search(text)
            if marker:
                line = text.count("\n", 0, marker.start()) + 1
                found = f"it has the marks of a merge conflict, the first one in line {line}"
                cause = f"it is no notebook that can be read: {found}"
                raise NotGradable(self.path, cause) from None
            said = " ".join(str(error).split())[:_LONGEST_CAUSE]
            cause = f"it is no notebook that can be read ({type(error).__name__}: {said})"
            raise NotGradable(self.path, cause) from None
        if not isinstance(notebook.get("cells"), list):
            raise NotGradable(self.path, "it is no notebook: it has no cells")
        refuse_length(notebook, self.path)
        return notebook

    def _text(self) -> str:
        """What the file holds, if it is an ordinary file of an ordinary size."""
        text = text_of(self.path)
        if text.startswith("\ufeff"):  # nbgrader can't read it either
            cause = "it begins with a byte order mark; save it as UTF-8 without one"
            raise NotGradable(self.path, f"it is no notebook that can be read: {cause}")
        if not text.strip():
            raise NotGradable(self.path, "it is empty")
        return text


Found = Submission | NotGradable


def collect(
    submitted: Path, chapter: str, known: Collection[str]
) -> tuple[list[Submission], list[NotGradable]]:
    """The submissions of a chapter, and what lies there and is none.

    Args:
      submitted: the folder with a folder for each student.
      chapter: its name.
      known: the names of all chapters. A folder that has none of these is misnamed.
    """
    names: dict[str, Path] = {}

    def of_student(folder: Path) -> Iterator[Found]:
        other = names.setdefault(unicodedata.normalize("NFC", folder.name), folder)
        if other != folder:
            cause = "another folder has the same name, written with other characters; join them"
            raise NotGradable(folder, cause)
        yield from _of_student(folder, chapter, known)

    try:
        found = list(_below(submitted, of_student))
    except NotGradable as unreadable:
        return [], [unreadable]
    submissions = [each for each in found if isinstance(each, Submission)]
    return submissions, [each for each in found if isinstance(each, NotGradable)]


def _below(folder: Path, look: Callable[[Path], Iterator[Found]]) -> Iterator[Found]:
    """What is found in each entry of a folder; an entry that is refused stops none."""
    for entry in _entries(folder):
        try:
            yield from look(entry)
        except NotGradable as refused:
            yield refused


def _of_student(folder: Path, chapter: str, known: Collection[str]) -> Iterator[Found]:
    if not _is_folder(folder):
        raise NotGradable(folder, _misplaced(folder, "a student's"))
    if _PATTERN.search(folder.name):
        cause = "nbgrader would take its name for a pattern and grade others; rename it"
        raise NotGradable(folder, cause)
    yield from _below(folder, lambda entry: _of_chapter(entry, chapter, known))


def _of_chapter(folder: Path, chapter: str, known: Collection[str]) -> Iterator[Found]:
    if folder.name == chapter:
        if not _is_folder(folder):
            raise NotGradable(folder, _misplaced(folder, "a chapter's"))
        wanted, files = folder / f"{chapter}.ipynb", _entries(folder)
        if wanted in files:
            yield Submission(folder.parent.name, chapter, wanted)
        yield from _others(folder, files, wanted)
    elif folder.name not in known:
        raise NotGradable(folder, "it has the name of no chapter; rename it")


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, without what systems and editors hide there.

    Raises:
      NotGradable: if the folder is there and can't be read.
    """
    try:
        return sorted(
            entry
            for entry in folder.iterdir()
            if not entry.name.startswith(".") and entry.name not in SYSTEMS_OWN
        )
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NotGradable(folder, f"it can't be read: {error.strerror}") from None


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _misplaced(path: Path, expected: str) -> str:
    kind = "a link" if path.is_symlink() else "a file"
    return f"it is {kind}, where {expected} folder is expected"


def _others(folder: Path, files: Collection[Path], wanted: Path) -> Iterator[NotGradable]:
    """The notebooks under other names; if there is none under the right one, all files."""
    others = [file for file in files if file != wanted]
    if not files:
        yield NotGradable(folder, f"there is no {wanted.name} in it")
    for other in others:
        if wanted not in files:
            yield NotGradable(other, f"its name is not {wanted.name}; rename the right file")
        elif other.suffix == ".ipynb":
            yield NotGradable(other, f"only {wanted.name} is graded")
