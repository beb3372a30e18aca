"""The chapter that is attacked: its release, submissions to it, and how they are graded."""

from __future__ import annotations

import json
import re
import secrets
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from course_utils.grading.plugins.release import Check, Release
from course_utils.grading.plugins.sealed import grade
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits
from tests import ROOT
from tests.answer_bank import BANK, released
from tests.sealing import server

CHAPTER = "01_two_step_rnn"
# Stands in every hidden test of this run, and nobody can know it but by reading one.
CANARY = f"unrolled-canary-{secrets.token_hex(16)}"
CANARY_PATTERN = "unrolled-canary-[0-9a-f]{32}"
# Small, so that no bomb can harm the machine.
LIMITS = Limits(cell=3, total=40, memory=2**30, processes=40, files=2**24, output=100_000)

POINTS = {
    "choose-topology": 2.0,
    "predict-shapes": 3.0,
    "parameter-count": 3.0,
    "rnn-step": 6.0,
    "two-step-rnn": 6.0,
    "saturation": 4.0,
}
# An attacker answers these as well as anyone, and wants the points of the others.
HONEST = {name: POINTS[name] for name in ("choose-topology", "predict-shapes", "saturation")}
TARGETS = ("parameter-count", "rnn-step", "two-step-rnn")
FUNCTIONS = {name: name.replace("-", "_") for name in (*TARGETS, "saturation")}

Change = Callable[[NotebookNode], None]


@dataclass(frozen=True)
class Attack:
    """A submission that wants more than its answers are worth.

    Attributes:
      name: what the table calls it.
      line: which promise of sealed grading it tests, one of `LINES`.
      change: makes it from a notebook with the honest answers.
      earns: the points it must get; every exercise that is not named gets 0.
      stock: whether it is safe to run without a wall.
      may_lose: exercises that may get less, because the attack breaks its own process.
    """

    name: str
    line: str
    change: Change
    earns: dict[str, float]
    stock: bool = True
    may_lose: tuple[str, ...] = ()

    def notebook(self) -> NotebookNode:
        """The submission."""
        made = submission(HONEST)
        self.change(made)
        return made

    def held_by(self, scores: Mapping[str, float | None]) -> bool:
        """Whether these are the points that it must get."""
        right = expected(self.earns)
        least = {name: 0.0 if name in self.may_lose else right[name] for name in right}
        return scores.keys() == right.keys() and all(
            points is not None and least[name] <= points <= right[name]
            for name, points in scores.items()
        )

    def __str__(self) -> str:
        return self.name


@cache
def _solved() -> NotebookNode:
    return nbformat.read(ROOT / "solutions" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)


@cache
def release() -> Release:
    """The chapter as handed out, with the canary in each hidden test."""
    checks = [cell for cell in _solved().cells if grade_id(cell).startswith("check-")]
    end = "### END HIDDEN TESTS"
    return Release(
        released(CHAPTER).cells,
        {
            grade_id(cell): Check(
                cell.source.replace(end, f"# {CANARY}\n{end}"), cell.metadata.nbgrader.points
            )
            for cell in checks
        },
    )


def grade_id(cell: NotebookNode) -> str:
    """A cell's nbgrader id, or nothing."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def right_answer(exercise: str) -> str:
    """The first right answer of the bank."""
    return sorted((BANK / CHAPTER / exercise).glob("right_*.py"))[-1].read_text(encoding="utf-8")


def submission(answered: dict[str, float]) -> NotebookNode:
    """The released notebook with right answers to these exercises."""
    notebook = deepcopy(released(CHAPTER))
    for exercise in answered:
        find(notebook, exercise).source = right_answer(exercise)
    return notebook


def find(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this id."""
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def checks(notebook: NotebookNode) -> list[NotebookNode]:
    """The check cells of the exercises that are not answered."""
    return [find(notebook, f"check-{name}") for name in TARGETS]


def cell(source: str, before: str = "choose-topology") -> Change:
    """Adds a cell before that of an exercise."""

    def change(notebook: NotebookNode) -> None:
        place = notebook.cells.index(find(notebook, before))
        notebook.cells.insert(place, new_code_cell(textwrap.dedent(source)))

    return change


def both(first: Change, second: Change) -> Change:
    """One change after the other."""

    def change(notebook: NotebookNode) -> None:
        first(notebook)
        second(notebook)

    return change


def answers(body: str, setup: str = "", names: Sequence[str] = TARGETS) -> Change:
    """Answers exercises by functions with this body.

    It can use `args` and the exercise's name, `exercise`.
    """

    def change(notebook: NotebookNode) -> None:
        for name in names:
            head = f"def {FUNCTIONS[name]}(*args):\n"
            lines = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
            find(
                notebook, name
            ).source = f"{textwrap.dedent(setup)}\n{head}    exercise = {name!r}\n{lines}"

    return change


def result(expression: str, setup: str = "") -> Change:
    """Answers all that is not answered with the value of an expression."""
    return answers(f"return {expression}", setup)


def stalls(body: str, setup: str = "") -> Change:
    """Answers one exercise with what takes all the time there is."""
    return answers(body, setup, ["rnn-step"])


def each_check(edit: Callable[[NotebookNode], None]) -> Change:
    """Edits the check of every exercise that is not answered."""

    def change(notebook: NotebookNode) -> None:
        for check in checks(notebook):
            edit(check)

    return change


def seal(notebook: NotebookNode, limits: Limits = LIMITS) -> dict[str, Verdict]:
    """Grades a notebook in place."""
    return grade(notebook, release(), server(), limits)


def scores(notebook: NotebookNode) -> dict[str, float | None]:
    """The points of each exercise as nbgrader reads them from the check cells."""
    return {
        grade_id(check).removeprefix("check-"): determine_grade(check)[0]
        for check in notebook.cells
        if grade_id(check).startswith("check-") and check.cell_type == "code"
    }


def expected(earns: dict[str, float]) -> dict[str, float]:
    """The points of every exercise; 0 for those not named."""
    return {name: earns.get(name, 0.0) for name in POINTS}


def hidden_lines() -> list[str]:
    """The lines of the hidden tests, without blanks, that no student has seen."""
    seen = _squeezed("".join(cell.source for cell in release().cells))
    regions = [
        region
        for check in release().checks.values()
        for region in re.findall(r"BEGIN HIDDEN TESTS\n(.*?)\n### END", check.source, re.DOTALL)
    ]
    lines = [_squeezed(line) for region in regions for line in region.splitlines()]
    return [CANARY, *(line for line in lines if line not in seen)]


def leaks(text: str) -> list[str]:
    """The hidden lines that stand in a text."""
    squeezed = _squeezed(text)
    return [line for line in hidden_lines() if line in squeezed]


def shown(notebook: NotebookNode, verdicts: dict[str, Verdict]) -> str:
    """All that a student may get to see: everything but the checks' own text."""
    return "\n".join([*_texts(notebook), *(repr(verdict) for verdict in verdicts.values())])


def _texts(notebook: NotebookNode) -> Iterator[str]:
    for each in notebook.cells:
        kept = dict(each)
        if grade_id(each).startswith("check-"):
            del kept["source"]
        yield json.dumps(kept, default=str)


def _squeezed(text: str) -> str:
    return re.sub(r"\s|\\n", "", text)
