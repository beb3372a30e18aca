"""What nbgrader alone gives to the attacks that are safe to run without a wall."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import nbformat

from benchmarks.classes import make_course
from benchmarks.grading import STOCK, scores
from tests import ROOT
from tests.red_team.course import CHAPTER, Attack

_FOLDER = ROOT / "artifacts" / "red-team-stock"
_QUICKER = "\nc.GradingExecute.timeout = 20\n"


def stock_scores(attacks: list[Attack]) -> dict[str, str]:
    """The points of each attack by its name; "-" if nbgrader could not grade it."""
    make_course(_FOLDER, (CHAPTER,), STOCK + _QUICKER)
    for number, attack in enumerate(attacks):
        path = _FOLDER / "submitted" / f"attack-{number:03}" / CHAPTER / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(attack.notebook(), path, version=nbformat.NO_CONVERT)
    _nbgrader("generate_assignment", CHAPTER)
    for number in range(len(attacks)):  # one at a time: some of them end the command for all
        _nbgrader("autograde", CHAPTER, "--student", f"attack-{number:03}")
        print(f"stock nbgrader: {number + 1} of {len(attacks)}", end="\r", file=sys.stderr)
    graded = {path.parent.parent.name for path in _FOLDER.glob(f"autograded/*/{CHAPTER}/*.ipynb")}
    found = scores(_FOLDER, CHAPTER)
    return {
        attack.name: f"{found[student]:g}" if student in graded else "-"
        for number, attack in enumerate(attacks)
        for student in [f"attack-{number:03}"]
    }


def _nbgrader(*words: str) -> None:
    programs = Path(sys.executable).parent
    path = f"{programs}:{os.environ['PATH']}"
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [programs / "nbgrader", *words],
            cwd=_FOLDER,
            env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
            check=False,
        )
