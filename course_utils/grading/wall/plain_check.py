"""A plain check cell: Python that asserts, as in any course of nbgrader's, without a course check.

It is right if it runs to its end, and earns what its last value says if that is a number.
"""

from __future__ import annotations

import ast
import builtins
import math
import re
import textwrap
import traceback
from collections.abc import Mapping
from itertools import dropwhile
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import CheckFault
from course_utils.checks.engine.boundary import AnswerError
from course_utils.grading.wall.proxy import is_of_an_answer

_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS|\Z)", re.S)
_THE_CHECKS_OWN = (CheckFault, ImportError, NameError, OSError, SyntaxError)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)
_LONGEST = 300  # characters of a test that is shown
FORGET, BIND = "__forget__", "__bind__"  # functions that a cell gets


def is_plain(source: str, trusted: Mapping[str, str]) -> bool:
    """Whether a check cell uses nothing of this course.

    Args:
      source: its text.
      trusted: for each name that the release's own statements bind, that statement.
    """
    try:
        names = needed_names(source)
    except SyntaxError:  # IPython's commands
        names = []
    texts = [source, *(trusted.get(name, "") for name in names)]
    return not any("course_utils" in text for text in texts)


def needed_names(source: str) -> list[str]:
    """The names that a cell uses and neither binds itself nor gets from Python.

    >>> needed_names("report = check_double(double); print(report.points(2))")
    ['check_double', 'double']
    """
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    bound |= {node.name for node in nodes if isinstance(node, _NAMED) and node.name}
    used = dict.fromkeys(name.id for name in names)
    return sorted(name for name in used if name not in bound and not hasattr(builtins, name))


def points(value: Any, maximum: float, asserts: bool) -> float:
    """What a cell that ran to its end earns.

    Args:
      value: of its last line.
      maximum: of a right answer.
      asserts: whether it has earned all if that value is no number.

    Raises:
      ValueError: if it ends in no finite number and has to.

    >>> points(None, 3.0, asserts=True), points(2, 3.0, asserts=True)
    (3.0, 2.0)
    """
    kind = type(value)
    if issubclass(kind, (int, float, np.number)) and kind is not bool:
        if math.isfinite(value):
            return float(min(max(value, 0), maximum))
    elif asserts:
        return maximum
    raise ValueError(f"The check cell must end in a finite number, got {value!r}.")


def is_the_answers(error: Exception, received: bool) -> bool:
    """Whether an exception that ended a check cell says something of the answer.

    Args:
      error: the exception.
      received: whether the answer had given something.
    """
    if isinstance(error, AnswerError) or is_of_an_answer(error):
        return True
    if isinstance(error, AssertionError):  # of the cell; a course check's own is a fault
        return not any("course_utils" in Path(frame.filename).parts for frame in _frames(error))
    return received and not isinstance(error, _THE_CHECKS_OWN)


def failure(error: Exception, source: str) -> str:
    """A sentence for the student on the test that failed; nothing of a hidden one is told."""
    line = next((frame.lineno or 0 for frame in _frames(error)), 0)
    spans = [found.span() for found in _HIDDEN.finditer(source)]
    hidden = [[source.count("\n", 0, place) + 1 for place in span] for span in spans]
    if not line or any(first <= line <= last for first, last in hidden):
        return "A hidden test does not hold.\n"
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt))
    there = [node for node in nodes if node.lineno <= line <= (node.end_lineno or line)]
    smallest = min(there, key=lambda node: (node.end_lineno or line) - node.lineno)
    test = (ast.get_source_segment(source, smallest) or "")[:_LONGEST]
    said = f"{type(error).__name__}: {error}"[:_LONGEST].removesuffix(": ")
    if any(frame.filename == "<string>" for frame in _frames(error)):  # of another, hidden perhaps
        said = type(error).__name__
    return f"This test does not hold:\n{textwrap.indent(test, '    ')}\n{said}\n"


def _frames(error: Exception) -> list[traceback.FrameSummary]:
    """The frames of a cell, and of what it called."""
    frames = traceback.extract_tb(error.__traceback__)
    return list(dropwhile(lambda frame: not frame.filename.startswith("<ipython-input"), frames))


def read_before_bound(source: str) -> list[str]:
    """The names that a cell first reads and later binds or deletes, as in `old = f; del f`."""
    first: dict[tuple[str, bool], tuple[int, int]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            key, place = (node.id, isinstance(node.ctx, ast.Load)), (node.lineno, node.col_offset)
            first[key] = min(place, first.get(key, place))
    read = [name for name, is_read in first if is_read and (name, False) in first]
    return [name for name in read if first[name, True] < first[name, False]]


class Deletions(ast.NodeTransformer):
    """Lets a cell that deletes a name of the student's tell so, and when it binds it again.

    Tests of whether one answer uses another do so. The cell gets the functions FORGET and BIND.
    """

    def __init__(self, source: str) -> None:
        names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
        self._deleted = {node.id for node in names if isinstance(node.ctx, ast.Del)}

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """Adds to `del f` that f is to be forgotten over there."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return [node, *(self._told(node, f"{FORGET}({name!r})") for name in names)]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """Adds to `f = g` that f is to be bound over there, if it was deleted."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        again = [name for name in names if name in self._deleted]
        return [node, *(self._told(node, f"{BIND}({name!r}, {name})") for name in again)]

    def _told(self, node: ast.stmt, call: str) -> ast.stmt:
        (added,) = ast.parse(call).body
        for part in ast.walk(added):
            ast.copy_location(part, node)
        return added
