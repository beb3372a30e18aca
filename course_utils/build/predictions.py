"""Predictions: cells in which the reader commits to something before a cell below measures it.

The second one of chapter 3 is `prediction_3_2 = ...  # a number from 0 to 1`.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from course_utils.build.errors import BuildError
from course_utils.build.source import Cell, Chapter

NAME = re.compile(r"\bprediction_\d+_\d+\b")
FORM = re.compile(r"(prediction_\d+_\d+) = \.\.\.  # \S.*")


def predictions(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    """Predictions are numbered, stand alone, and are shown by a demo cell below."""
    made: list[str] = []
    for position, cell in enumerate(cells):
        if not cell.is_code or not (named := NAME.findall(cell.source)):
            continue
        if "demo" not in cell.tags:
            yield cell.error("a cell with a prediction is not a demo", 'Give it the tag "demo".')
        if named[0] in made:
            continue
        expected = f"prediction_{int(chapter.name[:2])}_{len(made) + 1}"
        made.append(named[0])
        form = FORM.fullmatch(cell.source)
        if not form or form[1] != expected:
            yield cell.error(
                "this is not how a prediction is asked for",
                f"Give it a cell of one line: `{expected} = ...  # what to write`.",
            )
        elif not any(_reads(later, expected) for later in cells[position + 1 :]):
            yield cell.error(
                "nothing below shows this prediction",
                f"Write `predicted={expected}` in `measured`, or `your_prediction({expected})`.",
            )


def _reads(cell: Cell, name: str) -> bool:
    return cell.is_code and any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(cell.source))
    )
