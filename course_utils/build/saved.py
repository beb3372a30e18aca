"""Notebooks in `notebooks/` in which somebody has worked: the build does not write over them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.converters import NbGraderException

from course_utils.build.errors import BuildError
from course_utils.build.release import generate
from course_utils.build.source import Chapter
from course_utils.work.copies import Copy, beside, remedy, write
from course_utils.work.matching import origins
from course_utils.work.notebook import (
    Cell,
    Notebook,
    UnreadableError,
    is_answered,
    mark,
    normal,
    parse,
    read,
    was_run,
)

_MOST_RELEASES = 30  # of git's, the newest


def problem(chapter: Chapter) -> BuildError | None:
    """Why a chapter's release must not be written over; None if it may be.

    It may be if it is what its stored solution gives or what git has had, and if it differs from
    that in nothing that a person has written or run.
    """
    if not chapter.release.is_file():
        return None
    text = chapter.release.read_text(encoding="utf-8", errors="replace")
    found = _work(text, _handed_out(chapter))
    if not found:
        return None
    return BuildError(
        f"notebooks/{chapter.name}",
        f"somebody has worked in it ({found}), and nothing of that is lost",
        remedy(Copy(chapter.root, chapter.name)),
    )


def move(chapters: Sequence[Chapter]) -> int:
    """Moves what was saved in releases to `work/` and puts the blank releases back.

    Returns:
      0: what is in `work/` already is never written over, so there is always a place.
    """
    for chapter in chapters:
        if problem(chapter):
            print(f"{chapter.name}: {_move(chapter, Copy(chapter.root, chapter.name))}")
        else:
            print(f"{chapter.name}: nobody has worked in notebooks/{chapter.name}")
    return 0


def _move(chapter: Chapter, copy: Copy) -> str:
    saved = chapter.release.read_bytes()
    releases = _handed_out(chapter)
    to = copy.notebook
    if to.exists() and to.read_bytes() != saved:
        to = beside(to, "from-notebooks")
    if not copy.notebook.exists():
        copy.base.unlink(missing_ok=True)  # of a copy that is gone
    if not to.exists():
        write(to, saved)
    if not releases:
        chapter.release.unlink()  # the build makes it anew
        return f"what was saved is in {to.relative_to(chapter.root)}; `course build` comes next"
    write(chapter.release, releases[0].encode())
    if to == copy.notebook and not copy.base.exists():
        write(copy.base, _nearest(saved.decode("utf-8", "replace"), releases).encode())
    copy.make()
    return f"what was saved is in {to.relative_to(chapter.root)}; the release is blank again"


def _handed_out(chapter: Chapter) -> list[str]:
    """Releases that are known not to hold work: of the stored solution, and those that git has."""
    found = []
    with suppress(OSError, UnreadableError, NbGraderException), TemporaryDirectory() as folder:
        read(chapter.solution)
        found.append(generate(chapter.root, chapter.name, Path(folder).resolve()))
    file = f"notebooks/{chapter.name}/{chapter.name}.ipynb"
    commits = _git(chapter.root, "log", f"-{_MOST_RELEASES}", "--format=%H", "--", file).split()
    return found + [_git(chapter.root, "show", f"{commit}:./{file}") for commit in commits]


def _git(root: Path, *words: str) -> str:
    """What a command of git prints; "" where there is no git, or no repository."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace")


def _work(text: str, releases: Sequence[str]) -> str:
    """What a person has written or run in a notebook, in words; empty if nothing."""
    if text in releases or not text.strip():
        return ""
    try:
        notebook = parse(text)
    except UnreadableError as error:
        return f"{error}"
    changed, gone = list[Cell](), 0
    if releases:
        changed, gone = _differences(notebook, parse(_nearest(text, releases)))
    answers = [str(mark(cell, "grade_id")) for cell in notebook["cells"] if is_answered(cell)]
    others = gone + sum(not is_answered(cell) for cell in changed)
    run = sum(was_run(cell) for cell in notebook["cells"])
    parts = [
        f"answers to {', '.join(answers)}" * bool(answers),
        f"{others} other cells changed, added or gone" * bool(others),
        f"{run} cells run" * bool(run),
    ]
    return "; ".join(filter(None, parts))


def _nearest(text: str, releases: Sequence[str]) -> str:
    """The release from which a notebook differs least, the first of equals."""
    try:
        notebook = parse(text)
    except UnreadableError:
        return releases[0]
    found = [_differences(notebook, parse(release)) for release in releases]
    counts = [len(changed) + gone for changed, gone in found]
    return releases[counts.index(min(counts))]


def _differences(notebook: Notebook, release: Notebook) -> tuple[list[Cell], int]:
    """The cells that a release does not have, or not so, and how many of its cells are gone."""
    cells, wanted = notebook["cells"], release["cells"]
    known = origins(cells, wanted, by_id=False)
    changed = [
        cell
        for place, cell in enumerate(cells)
        if place not in known or normal(cell) != normal(wanted[known[place]])
    ]
    return changed, len(wanted) - len(known)
