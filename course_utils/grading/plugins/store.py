"""Keeps what a run of a notebook gave, by content: what was run once is not run again.

A result lies in a file of its own, named after everything that it depends on: the code that was
run, the release, the limits, the course's package and the libraries. So an interrupted run goes on
where it stopped, identical submissions run once, and a change of any of these runs everything anew.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.grading.plugins.release import Check, Release, is_by_hand
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits

FOLDER = ".grading"  # in the course's folder
KEY = "course_result"  # the notebook's metadata that name its result
CUT_SHORT = "course_cut_short"  # and that say whether time or memory ran out while it was made
FINDINGS = "course"  # the check cell's metadata that hold what the check found
_LIBRARIES = ("tensorflow", "keras", "numpy")


class Store:
    """The results of one course.

    Args:
      root: the course's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def file(self, key: str) -> Path:
        """Where a result lies, or would lie."""
        return self._folder / f"{key}.json"

    def recall(self, key: str, notebook: NotebookNode) -> dict[str, Verdict] | None:
        """Writes a kept result into the notebook; None if there is none that can be read."""
        try:
            return unpack(self.file(key).read_text(encoding="utf-8"), notebook)
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, key: str, result: str) -> None:
        """Keeps a result that `pack` made; it is there in full or not at all."""
        self._folder.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(result)
        os.replace(name, self.file(key))

    def refused(self, chapter: str) -> dict[str, str]:
        """What was not graded in a chapter's last run: places in `submitted/`, and causes."""
        try:
            told = json.loads(self._refused(chapter).read_text(encoding="utf-8"))
            return {str(path): str(cause) for path, cause in told.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_refused(self, chapter: str, causes: Mapping[str, str]) -> None:
        """Keeps that for `course report`."""
        self._refused(chapter).parent.mkdir(parents=True, exist_ok=True)
        self._refused(chapter).write_text(json.dumps(dict(causes)), encoding="utf-8")

    def _refused(self, chapter: str) -> Path:
        return self._folder / "refused" / f"{chapter}.json"


def key(notebook: NotebookNode, release: Release, limits: Limits) -> str:
    """The name of a result.

    Args:
      notebook: a restored submission. Its code counts, and each answer that a person grades; other
        text and old outputs change nothing.
      release: what was handed out.
      limits: what the submission may use.
    """
    answers = [cell for cell in notebook.cells if is_by_hand(cell)]
    told = [[cell.source, _grade_id(cell)] for cell in (*code_cells(notebook), *answers)]
    everything = [told, as_text(release), dataclasses.astuple(limits), surroundings()]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()


def as_text(release: Release) -> str:
    """A release that can be sent to another process; `from_text` reads it."""
    checks = {name: dataclasses.asdict(check) for name, check in release.checks.items()}
    files = {name: base64.b64encode(data).decode() for name, data in release.files.items()}
    return json.dumps([release.cells, checks, files, release.unfit], sort_keys=True)


@lru_cache(maxsize=8)
def from_text(text: str) -> Release:
    """The release that `as_text` wrote."""
    cells, checks, files, unfit = json.loads(text)
    return Release(
        [nbformat.from_dict(cell) for cell in cells],
        {name: Check(**check) for name, check in checks.items()},
        {name: base64.b64decode(data) for name, data in files.items()},
        unfit,
    )


@cache
def surroundings() -> list[str]:
    """What a result depends on besides the notebook: the course's package and the libraries."""
    folder = Path(__file__).parents[2]
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".py", ".toml"))
    package = hashlib.sha256()
    for file in files:
        package.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    ours, python = package.hexdigest()[:16], platform.python_version()
    return [f"course_utils {ours}", f"Python {python}", *libraries]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def pack(notebook: NotebookNode, verdicts: dict[str, Verdict]) -> str:
    """The text of a result: what each code cell of a graded notebook shows, and the verdicts."""
    cells = [[cell.outputs, cell.metadata.get(FINDINGS)] for cell in code_cells(notebook)]
    told = {name: dataclasses.asdict(verdict) for name, verdict in verdicts.items()}
    return json.dumps([cells, told, notebook.metadata.get(CUT_SHORT, False)])


def was_cut_short(result: str) -> bool:
    """Whether time or memory ran out while a result was made."""
    return bool(json.loads(result)[2])


def unpack(result: str, notebook: NotebookNode) -> dict[str, Verdict]:
    """Writes a result into a notebook with the same code; returns its verdicts.

    Raises:
      ValueError, LookupError, TypeError: if it is no result for this notebook.
    """
    cells, verdicts, _ = json.loads(result)
    found = {name: Verdict(**verdict) for name, verdict in verdicts.items()}
    runs = zip(code_cells(notebook), cells, strict=True)
    for count, (cell, (outputs, findings)) in enumerate(runs, 1):
        cell.execution_count = count
        cell.outputs = [nbformat.from_dict(output) for output in outputs]
        if findings is not None:
            cell.metadata[FINDINGS] = nbformat.from_dict(findings)
    return found
