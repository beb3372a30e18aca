"""Chapter sources: which there are, and how one becomes a notebook without outputs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.build.errors import BuildError
from course_utils.build.navigation import navigation
from course_utils.grading import TRY_IT

DRAWING = "drawing"  # the tag of a cell that only draws or times: JupyterLab shows it closed

NAME = re.compile(r"\d\d_[a-z0-9_]+")
MARKER = re.compile(r"# %%(\s|$)")

# The same on every machine: ipykernel would write the exact version of Python here.
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Cell:
    """A cell of a chapter's source.

    Attributes:
      path: the source, relative to the course's folder.
      line: where the cell starts in it, counted from 1.
      node: the notebook cell; its metadata are as in the cell's header.
    """

    path: str
    line: int
    node: NotebookNode

    @property
    def source(self) -> str:
        """The cell's text."""
        return self.node.source

    @property
    def is_code(self) -> bool:
        """Whether it is a code cell."""
        return self.node.cell_type == "code"

    @property
    def marks(self) -> NotebookNode:
        """The nbgrader metadata of the header, empty for most cells."""
        return self.node.metadata.get("nbgrader", {})

    @property
    def is_answer(self) -> bool:
        """Whether the student writes here."""
        return bool(self.marks.get("solution"))

    @property
    def is_by_hand(self) -> bool:
        """Whether it is an answer that a person grades."""
        return self.is_answer and bool(self.marks.get("grade"))

    @property
    def is_check(self) -> bool:
        """Whether it is run for points."""
        return bool(self.marks.get("grade")) and not self.is_answer

    @property
    def points(self) -> float | None:
        """The points of the header; None if it has none, or what is no positive number."""
        points = self.marks.get("points")
        if not isinstance(points, int | float) or isinstance(points, bool):
            return None
        return points if 0 < points < float("inf") else None

    @property
    def grade_id(self) -> str:
        """The id in the grade book, empty for most cells."""
        return str(self.marks.get("grade_id", ""))

    @property
    def tags(self) -> list[str]:
        """The tags of the header."""
        return list(self.node.metadata.get("tags", []))

    def error(self, problem: str, fix: str) -> BuildError:
        """An error that names this cell by its line and its id or first line."""
        first = self.source.strip().split("\n")[0]
        return BuildError(f"{self.path}:{self.line} ({self.grade_id or first[:50]})", problem, fix)


@dataclass(frozen=True)
class Chapter:
    """A chapter: its name, as in 01_two_step_rnn, and the course's folder."""

    name: str
    root: Path

    @property
    def path(self) -> str:
        """The source, relative to the course's folder."""
        return f"chapters/{self.name}.py"

    @property
    def solution(self) -> Path:
        """The executed notebook."""
        return self.root / "solutions" / self.name / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        """The notebook that students get."""
        return self.root / "notebooks" / self.name / f"{self.name}.ipynb"


def find_chapters(root: Path, wanted: Sequence[str]) -> list[Chapter]:
    """The chapters to build, in order.

    Args:
      root: the course's folder.
      wanted: numbers, names or paths; none means all.

    Returns:
      Each chapter once.

    Raises:
      BuildError: if a name has the wrong form or there is no such chapter; and, if all are wanted,
        if a number is skipped or used twice. One chapter can be built while others are missing.
    """
    names = sorted(path.stem for path in (root / "chapters").glob("*.py"))
    for name in names:
        if not NAME.fullmatch(name):
            raise BuildError(
                f"chapters/{name}.py",
                "the name does not have the form NN_name",
                "Use two digits, then lower-case letters, digits and underscores: 03_dynamic_rnn.",
            )
    if not names:
        raise BuildError("chapters", "there is no chapter source", "Add chapters/00_start_here.py.")
    if not wanted:
        _require_numbering(names)
        return [Chapter(name, root) for name in names]
    chosen = {_named(entry, names) for entry in wanted}
    return [Chapter(name, root) for name in sorted(chosen)]


def every_chapter(root: Path) -> list[Chapter]:
    """The chapters that there are, in order, even if a number is missing."""
    return [Chapter(path.stem, root) for path in sorted((root / "chapters").glob("*.py"))]


def _require_numbering(names: Iterable[str]) -> None:
    seen: list[str] = []
    for name in names:
        if seen and name[:2] == seen[-1][:2]:
            raise BuildError(
                f"chapters/{name}.py",
                f"the number {name[:2]} is used twice, first by {seen[-1]}",
                "Give one of them another number.",
            )
        if int(name[:2]) != len(seen):
            raise BuildError(
                f"chapters/{name}.py",
                f"the number {len(seen):02d} is skipped",
                "Chapters are numbered 00, 01, 02 and so on: add the missing one or rename this.",
            )
        seen.append(name)


def _named(entry: str, names: Sequence[str]) -> str:
    stem = Path(entry).stem
    matches = [name for name in names if stem in (name, name[:2])]
    if len(matches) != 1:
        problem = "there is no such chapter" if not matches else "two chapters have this number"
        raise BuildError(entry, problem, f"There are: {', '.join(names)}.")
    return matches[0]


def read_cells(chapter: Chapter) -> list[Cell]:
    """The cells of a chapter's source, with the metadata of their headers.

    Raises:
      BuildError: if text stands before the first cell.
    """
    text = (chapter.root / chapter.path).read_text(encoding="utf-8")
    nodes = jupytext.reads(text, fmt="py:percent").cells
    lines = [number for number, line in enumerate(text.split("\n"), 1) if MARKER.match(line)]
    if len(nodes) != len(lines):
        raise BuildError(
            chapter.path,
            f"{len(lines)} lines start a cell with `# %%`, but jupytext reads {len(nodes)} cells",
            "Put no text before the first `# %%`, and no line that starts with it inside a string.",
        )
    return [Cell(chapter.path, line, node) for line, node in zip(lines, nodes, strict=True)]


def to_notebook(chapter: Chapter, cells: Sequence[Cell]) -> NotebookNode:
    """The notebook of these cells, with links at both ends, complete metadata and no outputs.

    Raises:
      nbformat.ValidationError: if it is not a valid notebook, which `rules` should have found.
    """
    links = navigation(chapter.root, chapter.name)
    top, end = (
        nbformat.v4.new_markdown_cell(links, id=f"{chapter.name[:2]}-links-{place}")
        for place in ("top", "end")
    )
    own = [_complete(chapter, position, cell) for position, cell in enumerate(cells)]
    notebook = nbformat.v4.new_notebook(metadata=NOTEBOOK_METADATA, cells=[top, *own, end])
    nbformat.validate(notebook)
    return notebook


def _complete(chapter: Chapter, position: int, cell: Cell) -> NotebookNode:
    new = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
    # JupyterLab then runs the cells below, even if an answer raises an exception here.
    tags = [*cell.tags, "raises-exception"] if TRY_IT in cell.tags else cell.tags
    metadata: dict[str, object] = {"tags": tags} if tags else {}
    if DRAWING in cell.tags:
        metadata["jupyter"] = {"source_hidden": True}
    if cell.marks:
        metadata["nbgrader"] = _nbgrader_metadata(cell)
    cell_id = f"{chapter.name[:2]}-{cell.grade_id or f'cell-{position:03d}'}"
    return new(source=cell.source, metadata=metadata, id=cell_id)


def _nbgrader_metadata(cell: Cell) -> dict[str, object]:
    """What nbgrader's own toolbar would write for an answer or a check."""
    graded = cell.is_check or cell.is_by_hand
    metadata = {
        "grade": graded,
        "grade_id": cell.grade_id,
        "locked": cell.is_check,
        "schema_version": 3,
        "solution": cell.is_answer,
        "task": False,
    }
    return metadata | ({"points": cell.marks["points"]} if graded else {})


def to_text(notebook: NotebookNode) -> str:
    """The file's content, the same for equal notebooks."""
    return nbformat.writes(notebook) + "\n"
