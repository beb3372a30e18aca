"""Lists the mutants of an answer: its source with one node of its syntax tree changed."""

from __future__ import annotations

import ast
import random
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import (
    ExpressionContext,
    ExpressionContextProvider,
    FunctionScope,
    MetadataWrapper,
    PositionProvider,
    ScopeProvider,
)

from tests.answer_bank import Answer, Chapter, stored_answers
from tests.mutants.operators import OPERATORS, Place


@dataclass(frozen=True)
class Mutant:
    """An answer with a single change.

    Attributes:
      original: the right answer.
      operator: what changed it, as in "near_function".
      place: line, column and number of the change there, as in "3:11.1".
      source: the changed text.
    """

    original: Answer
    operator: str
    place: str
    source: str

    @property
    def answer(self) -> Answer:
        """The mutant as an answer that a check can run."""
        return Answer(self.original.chapter, self.original.exercise, str(self), self.source)

    def __str__(self) -> str:
        a = self.original
        return f"{a.chapter}/{a.exercise}/{a.name}/{self.operator}/{self.place}"


def mutants_of(answers: Iterable[Answer], sample: int = 0, seed: int = 1) -> list[Mutant]:
    """Mutants of these answers, each text once, the answers' own texts left out.

    Args:
      answers: right answers.
      sample: how many mutants, drawn from all; 0 stands for all of them.
      seed: of the draw.

    Returns:
      Those of one exercise one after the other, in an order that is the same each time.
    """
    answers = list(answers)
    changes = [change for answer in answers for change in _changes(answer)]
    if sample:
        random.Random(seed).shuffle(changes)
    seen = {(a.chapter, a.exercise, normal(a.source)) for a in answers}
    found = []
    for change in changes:
        mutant = change.mutant()
        text = normal(mutant.source)
        key = (mutant.original.chapter, mutant.original.exercise, text)
        if text and key not in seen:
            seen.add(key)
            found.append(mutant)
            if len(found) == sample:
                break
    return sorted(found, key=lambda mutant: (mutant.original.chapter, mutant.original.exercise))


def right_answers(chapter: str) -> list[Answer]:
    """A chapter's worked answers, and the right ones of the bank."""
    exercises = Chapter(chapter)
    worked = [
        Answer(chapter, grade_id, "reference", cell.source)
        for grade_id, cell in zip(exercises.cell_ids, exercises.cells, strict=True)
        if grade_id in exercises.ids
    ]
    return worked + [a for a in stored_answers() if a.chapter == chapter and a.right]


def normal(source: str) -> str:
    """The source without what means nothing: layout, comments, docstrings, type hints.

    Returns:
      "" if it can't be compiled.

    >>> normal("def f(x: int):\\n    '''Doubles.'''\\n    return (2 * x)  # twice")
    'def f(x):\\n    return 2 * x'
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return ""
    return ast.unparse(_Bare().visit(ast.parse(source)))


class _Bare(ast.NodeTransformer):
    """Takes docstrings and type hints out of a tree."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._without_docstring(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._without_docstring(node)

    def _without_docstring(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)


@dataclass(frozen=True)
class _Change:
    """A node of an answer's tree and what is put in its place; the text is made when needed."""

    answer: Answer
    tree: cst.Module
    operator: str
    place: str
    node: cst.CSTNode
    changed: cst.CSTNode

    def mutant(self) -> Mutant:
        source = self.tree.deep_replace(self.node, self.changed).code
        return Mutant(self.answer, self.operator, self.place, source)


def _changes(answer: Answer) -> Iterator[_Change]:
    tree = MetadataWrapper(cst.parse_module(answer.source))
    numbers: Counter[tuple[str, str]] = Counter()
    for node, position, place in _Places(tree).found:
        where = f"{position.line}:{position.column}"
        for operator in OPERATORS:
            for changed in operator(node, place):
                numbers[operator.__name__, where] += 1
                exact = f"{where}.{numbers[operator.__name__, where]}"
                yield _Change(answer, tree.module, operator.__name__, exact, node, changed)


class _Places(cst.CSTVisitor):
    """The nodes of a tree in their order with what operators may know; type hints are left out."""

    def __init__(self, tree: MetadataWrapper) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.metadata.CodePosition, Place]] = []
        self._positions = tree.resolve(PositionProvider)
        self._contexts = tree.resolve(ExpressionContextProvider)
        self._scopes = tree.resolve(ScopeProvider)
        tree.module.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Annotation, cst.Import, cst.ImportFrom)):
            return False
        if node in self._positions:
            loaded = self._contexts.get(node) is ExpressionContext.LOAD
            self.found.append((node, self._positions[node].start, Place(loaded, self._names(node))))
        return True

    def _names(self, node: cst.CSTNode) -> Sequence[str]:
        scope = self._scopes.get(node)
        while scope is not None and not isinstance(scope, FunctionScope):
            outer = scope.parent
            scope = None if outer is scope else outer
        return [] if scope is None else list(dict.fromkeys(a.name for a in scope.assignments))
