"""Which students' answers are alike when their names are taken away; a signal, and no proof."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

LEAST = 30  # parts of a syntax tree; shorter answers are alike by themselves
COMMON = 0.2  # share of a class that may have come to one answer on its own
TWICE = 2  # answers that two students share before they are told


def pairs_alike(
    answers: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str]
) -> list[tuple[str, str, list[str]]]:
    r"""Pairs of students with answers alike that are rare in the class.

    Args:
      answers: the text of each student's answers, by student and by exercise.
      stubs: what was handed out for each exercise.

    Returns:
      Two students and the exercises in which they are alike, two or more; most alike first.

    >>> one = "def f(x, y):\n    return [a * b for a, b in zip(x, y) if a > 0 and b > 0]"
    >>> other = one.replace("x", "left").replace("y", "right")
    >>> students = {"ada": dict(a=one, b=one), "ben": dict(a=other, b=other), "cleo": {}}
    >>> pairs_alike(students, {})
    [('ada', 'ben', ['a', 'b'])]
    """
    blank = {exercise: form(text) for exercise, text in stubs.items()}
    having: dict[tuple[str, str], list[str]] = defaultdict(list)
    for student, given in sorted(answers.items()):
        for exercise, text in given.items():
            found = form(text)
            if found and found != blank.get(exercise):
                having[exercise, found].append(student)
    most = max(2, int(COMMON * len(answers)))
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (exercise, _), students in having.items():
        if len(students) <= most:
            for pair in combinations(students, 2):
                shared[pair].append(exercise)
    told = [(*pair, exercises) for pair, exercises in shared.items() if len(exercises) >= TWICE]
    return sorted(told, key=lambda alike: (-len(alike[2]), alike))


def form(text: str) -> str:
    """An answer's syntax tree with names in the order in which they come, and without docstrings.

    Returns:
      "" if the answer is short or no Python.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            del body[0]
    if sum(1 for _ in ast.walk(tree)) < LEAST:
        return ""
    return ast.dump(_Renamed().visit(tree))


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


class _Renamed(ast.NodeTransformer):
    """Gives each variable a number for its name."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def _number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"v{len(self._numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._number(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self._number(node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = self._number(node.name), None
        return self.generic_visit(node)
