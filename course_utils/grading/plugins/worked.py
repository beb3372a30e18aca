"""Tries an instructor's own tests on the worked answers first.

Behind the wall a plain check cell meets proxies. What it does with one may not work there, and then
no right answer would get its points. So such a test decides nothing; a person does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.plugins.release import Release
from course_utils.grading.wall.plain_check import is_plain
from course_utils.grading.wall.session import Verdict

Run = Callable[[NotebookNode, Release], dict[str, Verdict]]


def checked(release: Release, coursedir: CourseDirectory, chapter: str, run: Run) -> Release:
    """The release, with those of its plain checks as `unfit` that its worked answers do not pass.

    Args:
      release: what was handed out; if all its checks are the course's, nothing is run.
      coursedir: where the worked answers are.
      chapter: its name.
      run: grades a notebook behind the wall.
    """
    trusted = {**release.helpers, **release.imports}
    plain = {name: c for name, c in release.checks.items() if is_plain(c.source, trusted)}
    folder = coursedir.format_path(coursedir.source_directory, ".", chapter)
    try:
        notebook = nbformat.read(Path(folder, f"{chapter}.ipynb"), as_version=4) if plain else None
    except (OSError, ValueError):
        return release
    verdicts = run(notebook, release) if notebook else {}
    failed = {name: verdicts[name] for name in plain if verdicts[name].points < plain[name].points}
    return replace(release, unfit={name: _reason(verdict) for name, verdict in failed.items()})


def _reason(verdict: Verdict) -> str:
    shown = " ".join(output.get("text", "") for output in verdict.outputs)
    last = (verdict.fault.strip().splitlines() or [""])[-1]
    said = " ".join((last or verdict.cause or shown).split())
    return f"behind the wall the worked answer does not get its points, so a person decides: {said}"
