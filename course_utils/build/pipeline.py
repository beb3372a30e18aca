"""The steps of `course build`, chapter by chapter, with a line of progress for each."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from course_utils.build import drift, outputs, rules, saved, terms
from course_utils.build.errors import BuildError
from course_utils.build.execute import execute
from course_utils.build.navigation import navigation
from course_utils.build.release import generate
from course_utils.build.source import (
    Chapter,
    every_chapter,
    find_chapters,
    read_cells,
    to_notebook,
    to_text,
)


def run(wanted: Sequence[str], check: bool, root: Path, move_to_work: bool = False) -> int:
    """See `course_utils.build.build`. A source that breaks a rule stops it before a cell runs."""
    try:
        chapters = find_chapters(root, wanted)
    except BuildError as error:
        return _report([error])
    if move_to_work:
        return saved.move(chapters)
    notebooks: dict[Chapter, NotebookNode] = {}
    broken: list[BuildError] = []
    for chapter in chapters:
        notebook, errors = _read(chapter)
        notebooks |= {chapter: notebook} if notebook else {}
        broken += errors
    if check:
        return _check(root, notebooks, broken, complete=not wanted)
    broken += filter(None, map(saved.problem, notebooks))
    return _report(broken) if broken else _build(root, notebooks)


def _read(chapter: Chapter) -> tuple[NotebookNode | None, list[BuildError]]:
    try:
        cells = read_cells(chapter)
    except BuildError as error:
        return None, [error]
    errors = rules.problems(chapter, cells)
    return None if errors else to_notebook(chapter, cells), errors


def _check(
    root: Path, notebooks: dict[Chapter, NotebookNode], broken: list[BuildError], complete: bool
) -> int:
    start = time.monotonic()
    for chapter, notebook in notebooks.items():
        broken += drift.problems(chapter, notebook)
    if complete:
        broken += drift.orphans(root, find_chapters(root, ()))
        broken += drift.terms_problems(root)
    if not broken:
        seconds = time.monotonic() - start
        print(f"{len(notebooks)} chapters agree with their notebooks ({seconds:.1f} s)")
    return _report(broken)


def _build(root: Path, notebooks: dict[Chapter, NotebookNode]) -> int:
    """Builds chapters, then renews what all sources together decide: links and the terms."""
    errors: list[BuildError] = []
    # Chapter 00 last: it shows the progress over all the notebooks, so they must be there.
    for chapter in sorted(notebooks, key=lambda chapter: (chapter.name[:2] == "00", chapter.name)):
        notebook = notebooks[chapter]
        print(f"{chapter.name}: running {len(notebook.cells)} cells ...", end=" ", flush=True)
        start = time.monotonic()
        found = _build_one(chapter, notebook)
        print("failed" if found else f"built in {time.monotonic() - start:.1f} s", flush=True)
        errors += found
    if not errors:
        for chapter in every_chapter(root):
            errors += _renew_links(chapter)
        _write(root / terms.PATH, terms.page(root))
    return _report(errors)


def _renew_links(chapter: Chapter) -> list[BuildError]:
    """Gives a chapter that is built already the links of the course as it is now."""
    if not (stored := drift.read(chapter.solution)):
        return []
    links = navigation(chapter.root, chapter.name)
    ends = [cell for cell in stored.cells if cell.id.startswith(f"{chapter.name[:2]}-links-")]
    if all(cell.source == links for cell in ends):
        return []
    if problem := saved.problem(chapter):
        return [problem]
    for cell in ends:
        cell.source = links
    _store(chapter, stored)
    return []


def _build_one(chapter: Chapter, notebook: NotebookNode) -> list[BuildError]:
    try:
        execute(chapter, notebook)
    except BuildError as error:
        return [error]
    errors = outputs.problems(chapter, notebook)
    if not errors:
        _store(chapter, notebook)
    return errors


def _store(chapter: Chapter, notebook: NotebookNode) -> None:
    text = to_text(notebook)
    if not _only_measurements_differ(chapter.solution, text):
        _write(chapter.solution, text)
    with TemporaryDirectory() as folder:
        released = generate(chapter.root, chapter.name, Path(folder).resolve())
    _write(chapter.release, released)


def _only_measurements_differ(path: Path, text: str) -> bool:
    """Whether the stored notebook may stay: measured times and figures of them always differ.

    To have figures drawn again after a change of their style, delete the notebook first.
    """
    if not path.exists():
        return False
    stored = path.read_text(encoding="utf-8")
    return _without_measurements(stored) == _without_measurements(text)


def _without_measurements(text: str) -> str:
    return outputs.NUMBER.sub("", outputs.DATA_URI.sub("", text))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _report(errors: Sequence[BuildError]) -> int:
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0
