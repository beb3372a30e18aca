"""What was handed out: the source of truth for everything in a submission but the answers.

The notebook that students got tells the cells, their order, ids, tags and types; the grade book
tells the checks with their hidden tests and points. Both lie with the instructor.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from course_utils.grading import TRY_IT

SKIPPED = {"demo", TRY_IT}  # the tags of cells that no answer needs
_MOST_RELEASES = 20  # of a chapter that a submission is held against
_MOST_BYTES = 50 * 2**20  # of the files beside a notebook
# Up to Python 3.12, ast.parse in two threads at a time can raise SystemError (CPython 106905).
_parsing = threading.Lock()


class NotReleased(RuntimeError):  # noqa: N818 - a state of the course
    """The chapter was not released, or not with this grade book; the message says what to do."""


@dataclass(frozen=True)
class Check:
    """A check cell.

    Attributes:
      source: its text, hidden tests included.
      points: of a right answer.
    """

    source: str
    points: float


@dataclass(frozen=True)
class Release:
    """A chapter as it was handed out.

    Attributes:
      cells: of the notebook that students got.
      checks: the check cells by grade_id.
      files: what lies beside the notebook, by name.
      earlier: the cells of each release that there was, this one among them.
      unfit: checks that decide nothing, since the worked answers do not pass them, and why.
      imports: for each name that an import statement outside the answers binds, that statement.
      given: the texts of its code cells.
      skipped: the texts of the cells that grading skips.
      helpers: what check cells and locked functions define, by name: for later checks.
      by_hand: the points of each question that a person grades, by grade_id.
    """

    cells: list[NotebookNode]
    checks: dict[str, Check]
    files: dict[str, bytes] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    earlier: list[list[NotebookNode]] = field(default_factory=list)
    helpers: dict[str, str] = field(init=False)
    imports: dict[str, str] = field(init=False)
    given: frozenset[str] = field(init=False)
    skipped: frozenset[str] = field(init=False)
    by_hand: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "imports", dict(_imports(self.cells)))
        object.__setattr__(self, "helpers", dict(_helpers(self.cells, self.checks)))
        given = [cell for cell in self.cells if cell.cell_type == "code"]
        object.__setattr__(self, "given", frozenset(normal(cell.source) for cell in given))
        skipped = [cell for cell in self.cells if SKIPPED & set(cell.metadata.get("tags", []))]
        object.__setattr__(self, "skipped", frozenset(normal(cell.source) for cell in skipped))
        marks = [cell.metadata.nbgrader for cell in self.cells if is_by_hand(cell)]
        by_hand = {mark.grade_id: float(mark.points) for mark in marks}
        object.__setattr__(self, "by_hand", by_hand)


def read(coursedir: CourseDirectory, chapter: str, notebook: str) -> Release:
    """Reads a chapter's release from the course's folder and its grade book.

    Raises:
      NotReleased: if one of them does not have it, or they do not agree.
    """
    folder = coursedir.format_path(coursedir.release_directory, ".", chapter)
    file = Path(folder, f"{notebook}.ipynb")
    remedy = f"Run `nbgrader generate_assignment {chapter} --force`."
    try:
        cells = nbformat.read(file, as_version=4).cells
        checks = _checks(coursedir, chapter, notebook)
    except FileNotFoundError:
        raise NotReleased(
            f"{chapter} was not released: there is no {file.name}. {remedy}"
        ) from None
    except MissingEntry:
        raise NotReleased(f"The grade book does not know {chapter}. {remedy}") from None
    released = {cell.metadata.nbgrader.grade_id for cell in cells if is_check(cell)}
    if released != set(checks):
        differing = ", ".join(sorted(released ^ set(checks)))
        raise NotReleased(
            f"{chapter}'s release and the grade book differ in the checks {differing}. {remedy}"
        )
    earlier = [nbformat.read(path, as_version=4).cells for path in _kept(coursedir, chapter)]
    return Release(cells, checks, _beside(coursedir, chapter), earlier=earlier)


def history(coursedir: CourseDirectory, chapter: str) -> Path:
    """Where each release of a chapter is kept."""
    return Path(coursedir.root, ".releases", chapter)


def _kept(coursedir: CourseDirectory, chapter: str) -> list[Path]:
    """The newest releases that were kept."""
    files = history(coursedir, chapter).glob("*.ipynb")
    return sorted(files, key=lambda file: file.stat().st_mtime)[-_MOST_RELEASES:]


def _beside(coursedir: CourseDirectory, chapter: str) -> dict[str, bytes]:
    """The files that were handed out with the notebook: those of the source's folder.

    Raises:
      NotReleased: if they are too large to be given to every submission.
    """
    source = Path(coursedir.format_path(coursedir.source_directory, ".", chapter))
    release = Path(coursedir.format_path(coursedir.release_directory, ".", chapter))
    found = {}
    for file in sorted(source.rglob("*")):
        name = file.relative_to(source)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if file.suffix != ".ipynb" and not hidden and (release / name).is_file():
            found[name.as_posix()] = (release / name).read_bytes()
    if sum(map(len, found.values())) > _MOST_BYTES:
        raise NotReleased(
            f"The files beside {chapter}'s notebook hold more than {_MOST_BYTES // 2**20} MiB; "
            "take away what its answers do not need."
        )
    return found


def _checks(coursedir: CourseDirectory, chapter: str, notebook: str) -> dict[str, Check]:
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        entry = gradebook.find_notebook(notebook, chapter)
        points = {cell.name: cell.max_score for cell in entry.grade_cells}
        answers = {cell.name for cell in entry.solution_cells}
        return {
            cell.name: Check(cell.source, points[cell.name])
            for cell in entry.source_cells
            if cell.cell_type == "code" and cell.name in points.keys() - answers
        }


def is_check(cell: NotebookNode) -> bool:
    """Whether a cell of the release is run for points."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def is_by_hand(cell: NotebookNode) -> bool:
    """Whether a cell is an answer that a person grades, or a task."""
    return (utils.is_grade(cell) and utils.is_solution(cell)) or utils.is_task(cell)


def normal(source: str) -> str:
    r"""A cell's text without what editors change on their own: line ends and blanks at the end.

    >>> normal("a\r\nb  \n")
    'a\nb'
    """
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


def _imports(cells: list[NotebookNode]) -> Iterator[tuple[str, str]]:
    """The names bound by import statements of given cells, unless an answer cell binds them."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    answered = _answered(cells)
    for tree in [_parsed(cell.source) for cell in code if not utils.is_solution(cell)]:
        for name, statement in _imported(tree):
            if name not in answered:
                yield name, statement


def _helpers(cells: list[NotebookNode], checks: dict[str, Check]) -> Iterator[tuple[str, str]]:
    """What check cells bind at their top level, and functions of locked cells, unless answers do.

    Behind the wall each check runs by itself, and a student's cell can't change them.
    """
    answered = _answered(cells)
    for check in checks.values():
        tree = _parsed(check.source)
        for name, statement in [*_imported(tree), *_bound_on_top(tree)]:
            if name not in answered:
                yield name, statement
    for cell in cells:
        if cell.cell_type == "code" and utils.is_locked(cell) and not utils.is_grade(cell):
            for node in _parsed(cell.source).body:
                if isinstance(node, ast.FunctionDef) and node.name not in answered:
                    yield node.name, ast.unparse(node)


def _answered(cells: list[NotebookNode]) -> set[str]:
    """The names that answer cells bind."""
    answers = [cell for cell in cells if cell.cell_type == "code" and utils.is_solution(cell)]
    return {name for cell in answers for name in _bound(_parsed(cell.source))}


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], _statement(node, alias)


def _bound_on_top(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, ast.unparse(node)
        elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
            for target in ast.walk(node):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    yield target.id, ast.unparse(node)


def _statement(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))


def _parsed(source: str) -> ast.Module:
    """The syntax tree of a cell; of nothing if it holds more than Python."""
    try:
        with _parsing:
            return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
