"""Which of the cells that grading leaves out it runs all the same: those whose names others use."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from course_utils.grading.wall.plain_check import needed_names

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def needed(sources: Sequence[str], left_out: Sequence[bool]) -> set[int]:
    """The numbers of those cells that define what is used elsewhere and defined nowhere else.

    Args:
      sources: of all code cells of a notebook, in order.
      left_out: which of them need not run.

    >>> sorted(needed(["n = 3", "m = n + 1", "k = 0", "print(m)"], [True, True, True, False]))
    [0, 1]
    """
    kept = [source for source, out in zip(sources, left_out, strict=True) if not out]
    defined = {name for source in kept for name in bound(source)}
    wanted = {name for source in kept for name in _used(source)} - defined
    found = set()
    for number in reversed(range(len(sources))):
        if left_out[number] and wanted & bound(sources[number]):
            found.add(number)
            wanted |= _used(sources[number]) - defined
    return found


def bound(source: str) -> set[str]:
    r"""The names that a cell binds for cells after it; none, if it is no Python.

    >>> sorted(bound("import numpy as np\nfor i in a:\n    b, c = i\ndef f(d):\n    e = d"))
    ['b', 'c', 'f', 'i', 'np']
    """
    try:
        return set(_bound(ast.parse(source)))
    except SyntaxError:
        return set()


def _bound(node: ast.AST) -> Iterable[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            yield child.name
        elif isinstance(child, ast.alias):
            yield child.asname or child.name.partition(".")[0]
        elif not isinstance(child, ast.Lambda | ast.comprehension):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id
            yield from _bound(child)


def _used(source: str) -> set[str]:
    try:
        return set(needed_names(source))
    except SyntaxError:
        return set()
