"""Reads the file of a notebook, past the outputs in it if it is large: grading makes them anew.

Such a file is never parsed as a whole. Neither its size nor what it is made of can cost more than
some seconds and a few times the bytes that are read.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from course_utils.grading.plugins.refusal import NotGradable

LARGEST_FILE = 250 * 2**20  # bytes, with all outputs
LARGEST = 50 * 2**20  # without them; with its figures, a notebook of the course has less than 2 MB
_MOST_PARTS = 10**7
_PASSED_OVER = (b'"outputs"', b'"widgets"')  # what cells show, and what widgets in it hold
# A string, brackets that open, brackets that close, or what stands between them.
_PART = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[{]++|[\]}]++|[^"\[\]{}]++', re.DOTALL)


class PastOutputs(NotebookExporter):
    """How nbgrader's Autograde reads a file; `course grade` has refused it or read it so, too."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Converts a notebook.

        Raises:
          NotGradable: if it is no ordinary file of an ordinary size.
        """
        _refuse(Path(filename))  # to open a pipe would wait for somebody to write
        return super().from_filename(filename, resources=resources, **kw)

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Converts a notebook from an open file."""
        notebook: NotebookNode = nbformat.reads(text_of(Path(file_stream.name)), as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kw)


def text_of(path: Path) -> str:
    """What a file holds; without its outputs if it is large.

    Raises:
      NotGradable: if it can't be read, or is no ordinary file of an ordinary size, or no text.
    """
    try:
        _refuse(path)
        return decoded(path.read_bytes(), path)
    except OSError as error:
        raise NotGradable(path, f"it can't be read: {error.strerror}") from None


def _refuse(path: Path) -> None:
    """Raises `NotGradable` if it is no ordinary file of an ordinary size."""
    about = path.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise NotGradable(path, _kind(about.st_mode))
    if about.st_size > LARGEST_FILE:
        size = f"{about.st_size / 2**20:.0f} MiB; at most {LARGEST_FILE >> 20} are read"
        raise NotGradable(path, f"it has {size}")


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "it is a link; put the file itself there"
    return "it is a folder, not a file" if stat.S_ISDIR(mode) else "it is no ordinary file"


def decoded(data: bytes, path: Path) -> str:
    """The text of a file, without its outputs if it is large.

    Args:
      data: what the file holds.
      path: its name, for messages.

    Raises:
      NotGradable: if it is no text, or has too much besides its outputs.
    """
    if len(data) > LARGEST:
        data = _without_outputs(data, path)
    if len(data) > LARGEST:
        cause = f"it has more than {LARGEST >> 20} MiB besides its outputs"
        raise NotGradable(path, cause)
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NotGradable(path, "it is no text, so no notebook") from None


def _without_outputs(data: bytes, path: Path) -> bytes:
    """JSON with empty lists and objects in the place of those that are passed over."""
    kept: list[bytes] = []
    start = depth = 0  # of what is kept next; of the brackets that are passed over
    before = b""  # the key, and the colon behind it
    for count, part in enumerate(_PART.finditer(data)):
        if count > _MOST_PARTS:
            raise NotGradable(path, "its outputs have too many parts")
        first = data[part.start()]
        size = part.end() - part.start()
        if depth:
            depth += size if first in b"[{" else 0
            if first in b"]}" and size >= depth:
                start, depth = part.start() + depth, 0
            elif first in b"]}":
                depth -= size
        elif first in b"[{" and before.endswith(b":"):
            kept += [data[start : part.start()], b"[]" if first == ord("[") else b"{}"]
            depth = size
        elif first == ord('"'):
            before = part[0] if size < 20 and part[0] in _PASSED_OVER else b""
            continue
        elif before and part[0].strip() == b":":
            before += b":"
            continue
        before = b""
    return b"".join([*kept, data[start:] if not depth else b""])
