"""Notebooks as plain JSON, so that whatever an editor has saved can be read and loses nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypeAlias

from course_utils.grading import BY_HAND
from course_utils.progress import BLANK

Cell: TypeAlias = dict[str, Any]
Notebook: TypeAlias = dict[str, Any]

CONFLICT = re.compile(r"^<<<<<<< ", re.MULTILINE)


class UnreadableError(Exception):
    """A file that holds no notebook; the text says why, as in "it is not valid JSON"."""


def read(path: Path) -> Notebook:
    """Reads a notebook file.

    Raises:
      UnreadableError: if it holds no notebook of format 4.
      OSError: if there is no such file, or none that may be read.
    """
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError("it is not text") from None


def parse(text: str) -> Notebook:
    """The notebook that a text holds, the texts of its cells joined.

    Raises:
      UnreadableError: if it holds no notebook of format 4.
    """
    if CONFLICT.search(text):
        raise UnreadableError("git has left the marks of a merge conflict in it (<<<<<<<)")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("it is not valid JSON") from None
    try:
        for cell in notebook["cells"]:
            source = cell["source"]
            cell["source"] = source if isinstance(source, str) else "".join(source)
            cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["cell_type"].upper()
            notebook["metadata"].keys()
    except (KeyError, TypeError, AttributeError):
        raise UnreadableError("it is no notebook of format 4") from None
    return dict(notebook)


def to_text(notebook: Notebook) -> str:
    """The file's content, laid out as Jupyter does it."""
    cells = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]
    ]
    tree = {**notebook, "cells": cells}
    text = json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return text.encode("utf-8", "replace").decode()  # a lone surrogate can't be saved


def normal(cell: Cell) -> str:
    r"""A cell's text without what editors change on their own: line ends and blanks at the end.

    >>> normal({"source": "a\r\nb  \n"})
    'a\nb'
    """
    return "\n".join(line.rstrip() for line in cell["source"].splitlines()).strip("\n")


def mark(cell: Cell, key: str) -> Any:
    """One of nbgrader's marks of a cell; None if it has none."""
    return cell["metadata"].get("nbgrader", {}).get(key)


def is_answer(cell: Cell) -> bool:
    """Whether the learner is to write here."""
    return bool(mark(cell, "solution"))


def is_answered(cell: Cell) -> bool:
    """Whether a cell is an answer, and not as it was handed out."""
    blank = BY_HAND in cell["source"] if cell["cell_type"] == "markdown" else _has_stub(cell)
    return is_answer(cell) and not blank


def is_locked(cell: Cell) -> bool:
    """Whether the learner is to leave it as it is."""
    return bool(mark(cell, "locked") or (mark(cell, "grade") and not is_answer(cell)))


def was_run(cell: Cell) -> bool:
    """Whether a cell has an output or the number of a run."""
    return bool(cell.get("outputs") or cell.get("execution_count"))


def is_handed_out(notebook: Notebook) -> bool:
    """Whether no cell is answered or was run."""
    return not any(is_answered(cell) or was_run(cell) for cell in notebook["cells"])


def _has_stub(cell: Cell) -> bool:
    return BLANK.search(cell["source"]) is not None
