"""What to say of a file that can't be graded."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

MOST_CELLS = 5000  # no limit of time holds while they are put in order


class NotGradable(Exception):  # noqa: N818 - a state of a file
    """A file can't be graded.

    Attributes:
      path: the file or folder.
      cause: why, a part of a sentence.
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"{path}: {cause}")
        self.path = path
        self.cause = cause


def printable(text: str) -> str:
    r"""A text on one line, with what a terminal would obey or hide written out.

    Names and messages come from what was handed in; unchanged they could forge a line of a report.

    >>> printable("ada\n24\x1b[2K of 24")
    'ada\\n24\\x1b[2K of 24'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def refuse_length(notebook: NotebookNode, path: Path) -> None:
    """Raises `NotGradable` if a notebook has too many cells."""
    count = len(notebook.cells)
    if count > MOST_CELLS:
        raise NotGradable(path, f"it has {count} cells; at most {MOST_CELLS} are run")
