"""Says where the stored notebooks differ from what their sources build, without running a cell."""

import copy
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode

from course_utils.build import outputs, saved, terms
from course_utils.build.errors import BuildError
from course_utils.build.release import generate
from course_utils.build.source import Chapter, to_text


def problems(chapter: Chapter, built: NotebookNode) -> Iterator[BuildError]:
    """Where a chapter's stored notebooks differ from `built`, its notebook without outputs."""
    fix = f"Run `course build {chapter.name}`"
    stored = read(chapter.solution)
    if stored is None:
        where = f"solutions/{chapter.name}"
        yield BuildError(where, "there is no readable solution notebook", f"{fix}.")
        return
    place = _first_difference(_without_outputs(stored), built)
    if place:
        yield BuildError(
            f"solutions/{chapter.name}", f"differs from {chapter.path} {place}", f"{fix}."
        )
        return
    yield from outputs.problems(chapter, stored)
    released = _released_text(chapter)
    if not chapter.release.is_file() or chapter.release.read_bytes() != released.encode():
        if worked := saved.problem(chapter):
            yield worked
            return
        expected = nbformat.reads(released, as_version=4)
        found = read(chapter.release)
        place = _first_difference(found, expected) if found else "because it can't be read"
        yield BuildError(
            f"notebooks/{chapter.name}",
            f"differs from the release of solutions/{chapter.name} {place or 'in its layout'}",
            f"{fix}.",
        )


def orphans(root: Path, chapters: Sequence[Chapter]) -> Iterator[BuildError]:
    """Folders of notebooks that no chapter source builds."""
    names = {chapter.name for chapter in chapters}
    for kind in ("solutions", "notebooks"):
        for folder in sorted((root / kind).glob("[!.]*/")):
            if folder.name not in names:
                yield BuildError(
                    f"{kind}/{folder.name}",
                    f"there is no chapters/{folder.name}.py that builds it",
                    f"Remove it: `git rm -r {kind}/{folder.name}`.",
                )


def terms_problems(root: Path) -> Iterator[BuildError]:
    """Whether the stored index of terms is that of the sources."""
    path = root / terms.PATH
    if not path.is_file() or path.read_text(encoding="utf-8") != terms.page(root):
        yield BuildError(terms.PATH, "differs from the chapters' terms", "Run `course build 00`.")


def read(path: Path) -> NotebookNode | None:
    """A notebook that is stored; None if there is none that can be read."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except Exception:  # nbformat raises many kinds for a file that holds no notebook
        return None
    return notebook


def _without_outputs(notebook: NotebookNode) -> NotebookNode:
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def _first_difference(found: NotebookNode, expected: NotebookNode) -> str:
    """Where two notebooks first differ, empty if nowhere."""
    if to_text(found) == to_text(expected):
        return ""
    for position, (one, other) in enumerate(zip_longest(found.cells, expected.cells)):
        if one != other:
            cell = other or one
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            return f"first at cell {position} ({name or cell.source.split(chr(10))[0][:50]})"
    return "in the notebook's metadata"


def _released_text(chapter: Chapter) -> str:
    with TemporaryDirectory() as folder:
        return generate(chapter.root, chapter.name, Path(folder).resolve())
