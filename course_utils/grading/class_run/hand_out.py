"""`course release`: what a class gets, as a folder or a ZIP file: nothing that tells an answer."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

from course_utils.grading import BY_HAND, STUB
from course_utils.grading.class_run.book import named, settings

HOME = Path(__file__).parents[3]  # the course itself, wherever the class's folder is
# What goes along as it is; `for_students` holds what is written for a class.
PARTS = (
    "course_utils",
    "docs/from_tensorflow_1.md",
    "docs/terms.md",
    "docs/images",
    "environment.yml",
    "LICENSE",
    "LICENSE-TEXT",
    "pyproject.toml",
    "requirements.lock",
    "set_up.mk",
)
# What only those who teach use; `course` offers its commands where it is there.
FOR_TEACHERS = tuple(
    HOME / "course_utils" / room
    for room in ("build", "grading/class_run", "grading/plugins", "grading/wall")
)
FOR_STUDENTS = Path(__file__).with_name("for_students")
ALWAYS = "00_"  # the chapter that `course lab` opens
_BLANK = re.compile(r"\s+".join(map(re.escape, STUB.split("\n"))))
_NOT_FOR_STUDENTS = re.compile(r"### (BEGIN|END) (SOLUTION|HIDDEN TESTS)")


class NotHandedOut(Exception):  # noqa: N818 - a state of the course
    """The text is a sentence that says what keeps a class from getting it."""


def hand_out(chapters: Sequence[str], to: Path, root: Path) -> int:
    """Writes what a class gets.

    Args:
      chapters: numbers or names; all that were released, if none is named. Chapter 00 goes along.
      to: a new folder, an empty one, or a new file that ends in .zip.
      root: the folder with the class's `notebooks/`.

    Returns:
      0, or 1 if there is no such chapter, if a notebook shows answers, or if `to` can't be written.
    """
    try:
        names = _names(chapters, root)
        files = contents(names, root)
        _write(files, to)
    except NotHandedOut as error:
        print(f"course release: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"course release: {to} can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    size = sum(map(len, files.values())) if to.is_dir() else to.stat().st_size
    print(f"{to}: {', '.join(names)}; {size / 1e6:.1f} MB")
    return 0


def contents(names: Sequence[str], root: Path) -> dict[str, bytes]:
    """The files that a class gets with these chapters, by their place.

    Raises:
      NotHandedOut: if a notebook is not blank.
    """
    files = {f"{place}": path.read_bytes() for place, path in _course_files()}
    coursedir = CourseDirectory(config=settings(root))
    released, sources = root / coursedir.release_directory, root / coursedir.source_directory
    for name in names:
        for path in sorted(_files(released / name)):
            beside = path.relative_to(released)
            notebook = path.name == f"{name}.ipynb"
            if notebook:
                _refuse_answers(nbformat.read(path, as_version=4), path.relative_to(root), name)
            if notebook or (sources / beside).is_file():  # else it is not the chapter's
                files[f"notebooks/{beside}"] = path.read_bytes()
    return files


def _names(wanted: Sequence[str], root: Path) -> list[str]:
    folder = root / CourseDirectory(config=settings(root)).release_directory
    known = sorted(path.parent.name for path in folder.glob("*/*.ipynb"))
    known = [name for name in dict.fromkeys(known) if (folder / name / f"{name}.ipynb").is_file()]
    found = {name for name in known if name.startswith(ALWAYS)}
    for word in wanted or known:
        if not named(word, known):
            there = ", ".join(known) or "none"
            raise NotHandedOut(f"There is no chapter {word!r} in {folder.name}/: {there}.")
        found |= {*named(word, known)}
    if not found:
        raise NotHandedOut(f"There is no chapter in {folder.name}/.")
    return sorted(found)


def _course_files() -> Iterator[tuple[Path, Path]]:
    for part in PARTS:
        path = HOME / part
        for file in _files(path) if path.is_dir() else [path]:
            if not set(FOR_TEACHERS) & set(file.parents):
                yield file.relative_to(HOME), file
    for file in _files(FOR_STUDENTS):
        yield file.relative_to(FOR_STUDENTS), file


def _files(folder: Path) -> Iterator[Path]:
    """The ordinary files below a folder, without what is hidden or made by running."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _refuse_answers(notebook: NotebookNode, place: Path, name: str) -> None:
    """Raises `NotHandedOut` if a notebook is not as students may get it."""
    for cell in notebook.cells:
        about = (
            cell.metadata.get("nbgrader", {}).get("grade_id") or f"the cell {cell.source[:40]!r}"
        )
        if _NOT_FOR_STUDENTS.search(cell.source):
            fault = f"{about} holds a solution or a hidden test"
        elif utils.is_solution(cell) and not _is_blank(cell):
            fault = f"{about} is answered"
        elif cell.get("outputs"):
            fault = f"{about} has outputs"
        else:
            continue
        remedy = f"`nbgrader generate_assignment {name} --force` makes it anew."
        raise NotHandedOut(f"{place} is not blank: {fault}. {remedy}")


def _is_blank(cell: NotebookNode) -> bool:
    if cell.cell_type == "markdown":
        return BY_HAND in cell.source
    return _BLANK.search(cell.source) is not None


def _write(files: Mapping[str, bytes], to: Path) -> None:
    there = f"{to} is there already, and is left as it is. Name another place, or remove it first."
    if to.is_symlink() or (to.exists() and not (to.is_dir() and not any(to.iterdir()))):
        raise NotHandedOut(there)
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.suffix.lower() == ".zip" and not to.is_dir():
        with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as archive:
            for place, data in files.items():
                archive.writestr(f"{to.stem}/{place}", data)
        return
    for place, data in files.items():
        path = to / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
