"""Right answers side by side: which cells of a chapter hang together, and runs of just those.

Whether an answer gets its points can depend on the earlier answers whose names it uses, itself or
by a cell in between. The syntax tree tells which these are, so that one run of a choice of them
stands for all combinations of the chapter's answers that share it.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from importlib import import_module
from itertools import accumulate
from math import log, prod
from random import Random
from typing import Any

from course_utils.checks.engine.earlier import Earlier
from tests.answer_bank import Answer, Chapter, before, execute, stored_answers

Answers = Mapping[str, Answer]  # by exercise
Choice = tuple[Answer, ...]  # at most one an exercise
GUARD = "own_or_course"  # what a cell calls that lets the course's version take an answer's place


class Combined(Chapter):
    """A chapter in parts, each of which ends with a check, or with the chapter.

    Attributes:
      ends: the positions of the last cells of the parts.
      right, wrong: the bank's answers by exercise.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._checks = [i for i, id in enumerate(self.cell_ids) if id.startswith("check-")]
        self.ends = sorted({*self._checks, len(self.cells) - 1})
        stored = [answer for answer in stored_answers() if answer.chapter == name]
        of = {id: [answer for answer in stored if answer.exercise == id] for id in self.ids}
        self.right = {id: [a for a in of[id] if a.right] for id in self.ids}
        self.wrong = {id: [a for a in of[id] if not a.right] for id in self.ids}
        self._in_place: dict[tuple[str, str], Any] = {}  # of an answer's name and text

    @cached_property
    def earlier(self) -> dict[str, tuple[str, Earlier]]:
        """The names whose place a cell lets the course's version take, by exercise; no demos."""
        cells = [cell.source for cell in self.cells if GUARD in used_by(cell.source)]
        names = sorted(_union(map(bound_by, cells)))
        known = (
            import_module(f"course_utils.checks.{self.name[3:]}.earlier").EARLIER if cells else {}
        )
        return {next(id for id in self.ids if n in self.names(id)): (n, known[n]) for n in names}

    def lack_of(self, answer: Answer) -> str:
        """What keeps later cells from using an answer, or ""."""
        name, earlier = self.earlier[answer.exercise]
        namespace = dict(before(self.name, answer.exercise))
        execute(answer.source, str(answer), namespace)
        return earlier.lack_of(namespace[name])

    def draw(self, rng: Random) -> Answers:
        """A right answer for each exercise."""
        return {id: rng.choice(answers) for id, answers in self.right.items()}

    def needed(self, end: int, answers: Answers) -> Choice:
        """Those of the answers on which the part with this end depends, its own included.

        A cell that lets the course's version take an answer's place matters where that is used.
        """
        sources = self._sources(answers)
        start = max((check + 1 for check in self._checks if check < end), default=0)
        found = {i for i in range(start, end + 1) if GUARD not in used_by(sources[i])}
        others = set(range(end)) - set(self._checks)
        names = _union(used_by(sources[i]) for i in found)
        while more := {i for i in others - found if bound_by(sources[i]) & names}:
            found |= more
            names |= _union(used_by(sources[i]) for i in more)
        ids = [self.cell_ids[i] for i in sorted(found)]
        return tuple(answers[id] for id in ids if id in answers)

    def choices(self) -> int:
        """How many choices of right answers there are in the parts where they meet."""
        first = {id: answers[0] for id, answers in self.right.items()}
        count = 0
        for end in self.ends:
            own = self.cell_ids[end].removeprefix("check-")
            answers = self.right.get(own, [])
            met = {a.exercise for one in answers for a in self.needed(end, first | {own: one})}
            count += prod(len(self.right[id]) for id in met) if len(met) > 1 else 0
        return count

    def run_to(self, end: int, choice: Choice) -> dict[str, Any]:
        """The namespace after a part; what the choice leaves out is answered as in the course.

        Raises:
          Exception: whatever one of the cells raises.
        """
        namespace: dict[str, Any] = {"__name__": "__main__"}
        sources = self._sources({answer.exercise: answer for answer in choice})
        for i, source in enumerate(sources[: end + 1]):
            if i not in self._checks or i == end:
                execute(source, f"{self.name} {i} {self.cell_ids[i]}", namespace)
            if isinstance(namespace.get(GUARD), partial):
                namespace[GUARD] = self._remembered(namespace[GUARD], choice)
        return namespace

    def _remembered(self, own_or_course: Callable[..., Any], choice: Choice) -> Callable[..., Any]:
        """The function itself, but that it decides once only about an answer."""

        def remembered(name: str, own: Any) -> Any:
            text = next((a.source for a in choice if name in bound_by(a.source)), "")
            if (name, text) not in self._in_place:
                result = own_or_course(name, own)
                self._in_place[name, text] = None if result is own else result
            return self._in_place[name, text] or own

        return remembered

    def _sources(self, answers: Answers) -> list[str]:
        """The text of each cell, with these answers in place of the course's."""
        pairs = zip(self.cell_ids, self.cells, strict=True)
        return [answers[id].source if id in answers else cell.source for id, cell in pairs]


def shares(chapters: Iterable[Combined], total: int) -> dict[str, int]:
    """How many of all combinations to draw from each chapter: by the logarithm of its choices."""
    weights = {chapter.name: log(2 + chapter.choices()) for chapter in chapters}
    ends = [round(total * part / sum(weights.values())) for part in accumulate(weights.values())]
    return {name: end - start for name, start, end in zip(weights, [0, *ends], ends, strict=False)}


@cache
def used_by(source: str) -> frozenset[str]:
    """The names from other cells that a cell reads, also those that its functions read."""
    used, own = set[str](), set[str]()
    for statement in ast.parse(source).body:
        text = ast.unparse(statement)
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            own.add(statement.name)
        used |= set(_used(symtable.symtable(text, "cell", "exec"))) - own
        if isinstance(statement, ast.Assign):
            own |= bound_by(text)
    return frozenset(used)


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _used(inner)


@cache
def bound_by(source: str) -> frozenset[str]:
    """The names that a cell defines where other cells see them, but for what it imports."""
    return frozenset(_bound(symtable.symtable(source, "cell", "exec")))


def _bound(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_assigned() and (table.get_type() == "module" or symbol.is_declared_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _bound(inner)


def _union(sets: Iterable[frozenset[str]]) -> set[str]:
    return set().union(*sets)
