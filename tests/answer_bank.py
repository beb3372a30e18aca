"""The answer bank: runs stored answers against the chapters' checks and shows who caught what.

`python -m tests.answer_bank [CHAPTER]` prints the kill matrix: a row for each answer, a column for
each property of the check, and the misconception that the report names.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import io
import linecache
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import jupytext
import nbformat

from course_utils.checks import Exercise, Report
from course_utils.grading import TRY_IT
from course_utils.grading.plugins.release import SKIPPED
from tests import ROOT

BANK = ROOT / "tests" / "answers"
HIDDEN = "### BEGIN HIDDEN TESTS"


@dataclass(frozen=True)
class Answer:
    """One stored answer: the text of an answer cell, and what the check must say of it."""

    chapter: str
    exercise: str
    name: str
    source: str

    @property
    def right(self) -> bool:
        return self.name.startswith("right_")

    @property
    def misconception(self) -> str:
        """The slug that the name of a wrong answer tells: wrong_no_tanh__loop -> no-tanh.

        A wrong answer that is none of the listed mistakes is called refused_...; its slug is "".
        """
        if self.name.startswith("refused_"):
            return ""
        return self.name.removeprefix("wrong_").partition("__")[0].replace("_", "-")

    def __str__(self) -> str:
        return f"{self.chapter}-{self.exercise}-{self.name}"


def stored_answers() -> list[Answer]:
    """All answers of the bank, in the order of their paths."""
    return list(_stored_answers())


@cache
def _stored_answers() -> tuple[Answer, ...]:
    return tuple(
        Answer(path.parts[-3], path.parts[-2], path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(BANK.glob("*/*/*.py"))
    )


def chapters() -> list[str]:
    """The names of the chapters that have graded exercises."""
    return [
        path.stem for path in sorted((ROOT / "chapters").glob("*.py")) if Chapter(path.stem).ids
    ]


def released(chapter: str) -> nbformat.NotebookNode:
    """The notebook that students get."""
    return nbformat.read(ROOT / "notebooks" / chapter / f"{chapter}.ipynb", as_version=4)


def blank_answer(chapter: str, exercise: str) -> Answer:
    """The stub that a student finds in the released notebook."""
    for cell in released(chapter).cells:
        if _id(cell) == exercise:
            return Answer(chapter, exercise, "blank", cell.source)
    raise LookupError(f"Chapter {chapter} has no cell {exercise!r}: run `course build {chapter}`.")


def submission(chapter: str, answers: Iterable[Answer]) -> nbformat.NotebookNode:
    """The released notebook with these answers in their cells; the others stay blank."""
    sources = {answer.exercise: answer.source for answer in answers}
    notebook = released(chapter)
    for cell in notebook.cells:
        cell.source = sources.get(_id(cell), cell.source)
    return notebook


class Chapter:
    """A chapter's cells, and the namespace in which each of its answers runs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.code = _code_cells(name)
        self.cells = [cell for cell in self.code if not SKIPPED & _tags(cell)]
        self.try_its = {_id(a): b.source for a, b in pairwise(self.code) if TRY_IT in _tags(b)}
        self.cell_ids = [_id(c) for c in self.cells]
        self.ids = [_id(cell) for cell in self.cells if _is_answer(cell)]

    @property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises that the chapter's checks know, by id."""
        module = importlib.import_module(f"course_utils.checks.{self.name[3:]}")
        return module.EXERCISES

    def check_cell(self, exercise: str) -> str:
        """The source of an exercise's check, hidden tests included."""
        return next(cell.source for cell in self.cells if _id(cell) == f"check-{exercise}")

    def names(self, exercise: str) -> list[str]:
        """What the answer cell defines and the check looks at, as in ["graph_size", "growth"]."""
        solution = next(cell.source for cell in self.cells if _id(cell) == exercise)
        defined = defined_by(solution)
        check = ast.walk(ast.parse(self.check_cell(exercise)))
        return sorted({node.id for node in check if isinstance(node, ast.Name)} & defined)

    def run(self, answer: Answer) -> Report:
        """The report of the answer's check, in a namespace as the notebook would have it."""
        return self.checked(answer, self.answered(answer))

    def reports(self, answer: Answer) -> tuple[Report, Report]:
        """What the student sees of the answer's report, and the whole, as `run` gives it."""
        shown, _, hidden = self.check_cell(answer.exercise).partition(HIDDEN)
        namespace = self.answered(answer)
        seen = self._reported(shown, answer, namespace)
        return seen, self._reported(hidden, answer, namespace)

    def namespace(self, answer: Answer) -> dict[str, Any]:
        """What the notebook would have defined after the answer's check."""
        namespace = self.answered(answer)
        self.checked(answer, namespace)
        return namespace

    def answered(self, answer: Answer) -> dict[str, Any]:
        """The namespace that the notebook would have just before the answer's check."""
        namespace = dict(before(self.name, answer.exercise))
        position = self.cell_ids.index(answer.exercise)
        end = self.cell_ids.index(f"check-{answer.exercise}")
        for source in [answer.source, *(c.source for c in self.cells[position + 1 : end])]:
            execute(source, str(answer), namespace)
        return namespace

    def checked(self, answer: Answer, namespace: dict[str, Any]) -> Report:
        """The report of the answer's check in the namespace that `answered` gave."""
        return self._reported(self.check_cell(answer.exercise), answer, namespace)

    def seen(self, answer: Answer, namespace: dict[str, Any]) -> Report:
        """As `checked`, without the hidden tests: the report that the student sees."""
        shown = self.check_cell(answer.exercise).partition(HIDDEN)[0]
        return self._reported(shown, answer, namespace)

    def fresh(self, answer: Answer, namespace: dict[str, Any], seeds: Sequence[int]) -> Report:
        """As `checked`, with other seeds in the hidden tests."""
        cell = re.sub(r"seeds=\([^)]*\)", f"seeds={tuple(seeds)}", self.check_cell(answer.exercise))
        return self._reported(cell, answer, namespace)

    def _reported(self, cell: str, answer: Answer, namespace: dict[str, Any]) -> Report:
        execute(cell, str(answer), namespace)
        report: Report = namespace["report"]
        return report

    def prints(self, answer: Answer) -> str:
        """What the answer's try-it cell prints."""
        namespace = dict(before(self.name, answer.exercise))
        execute(answer.source, str(answer), namespace)
        return execute(self.try_its[answer.exercise], f"try {answer}", namespace).rstrip()


@cache
def _code_cells(chapter: str) -> list[nbformat.NotebookNode]:
    notebook = jupytext.read(ROOT / "chapters" / f"{chapter}.py")
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@cache
def before(chapter: str, exercise: str) -> dict[str, Any]:
    """The chapter's namespace just before an answer cell, all earlier exercises solved."""
    cells = Chapter(chapter).cells
    position = [_id(cell) for cell in cells].index(exercise)
    earlier = [_id(cell) for cell in cells[:position] if _is_answer(cell)]
    # From the answer before this one on, whose namespace is there already or will be needed.
    start = [_id(cell) for cell in cells].index(earlier[-1]) if earlier else 0
    namespace = dict(before(chapter, earlier[-1])) if earlier else {"__name__": "__main__"}
    for cell in cells[start:position]:
        if not _id(cell).startswith("check-"):
            execute(cell.source, f"{chapter} {_id(cell)}", namespace)
    return namespace


def _is_answer(cell: Any) -> bool:
    """Whether it is an answer with a check; a question that a person grades has none."""
    marks = cell.metadata.get("nbgrader", {})
    return bool(marks.get("solution")) and not marks.get("grade")


def defined_by(source: str) -> set[str]:
    """The functions, classes and variables that a cell defines at its top level."""
    return {name for node in ast.parse(source).body for name in _defines(node)}


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def execute(source: str, name: str, namespace: dict[str, Any]) -> str:
    """Runs a cell in the namespace and returns what it prints."""
    filename = f"<{name} {hash(source)}>"
    # Where source can be looked up, as in a notebook, AutoGraph can rewrite a loop.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, filename, "exec"), namespace)
    return printed.getvalue()


def _id(cell: Any) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def kill_matrix(chapter: Chapter, exercise: str) -> str:
    """A table: what each stored answer's report says of each property."""
    stored = [a for a in stored_answers() if (a.chapter, a.exercise) == (chapter.name, exercise)]
    lines = []
    for answer in [*stored, blank_answer(chapter.name, exercise)]:
        report = chapter.run(answer)
        marks = "".join("." if outcome.held else "X" for outcome in report.outcomes)
        found = ", ".join(report.misconceptions) or "-"
        lines.append(f"  {answer.name:<44} {marks:<10} {report.score:4.0%}  {found}")
    properties = [f"    {i}. {o.name}" for i, o in enumerate(report.outcomes, start=1)]
    return "\n".join([f"{chapter.name} / {exercise}", *properties, *lines, ""])


def main() -> int:
    """Prints the kill matrix of every chapter, or of those named."""
    parser = argparse.ArgumentParser(description="Prints the kill matrix of the answer bank.")
    parser.add_argument("chapter", nargs="*", help="as in 01_two_step_rnn; all if none is named")
    for name in parser.parse_args().chapter or chapters():
        chapter = Chapter(name)
        for exercise in chapter.ids:
            print(kill_matrix(chapter, exercise))
    print("X: the property fails. Behind the score: the misconceptions named, first one first.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
