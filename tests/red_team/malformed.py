"""Files that are no proper notebook. Each is scored or listed with its cause; none stops others."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tests.red_team.course import CHAPTER, POINTS, submission

FULL = sum(POINTS.values())
_FILE = f"{CHAPTER}.ipynb"
Write = Callable[[Path], Any]


@dataclass(frozen=True)
class Malformed:
    """What a student handed in.

    Attributes:
      student: the folder's name; it says what is wrong.
      write: makes it, in `submitted/`.
      outcome: the points, or words of the cause why there are none.
      also: words of the cause why something else of the student's is listed.
    """

    student: str
    write: Write
    outcome: float | str
    also: str = ""

    def __str__(self) -> str:
        return self.student


def text() -> str:
    """A solved notebook's file."""
    return nbformat.writes(submission(POINTS))


def _put(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)


def _raw(
    student: str, data: str | bytes | Callable[[], str | bytes], outcome: float | str
) -> Malformed:
    """A file with these bytes under the right name."""

    def write(submitted: Path) -> None:
        made = data() if callable(data) else data
        _put(submitted / student / CHAPTER / _FILE, made)

    return Malformed(student, write, outcome)


def _edited(
    student: str, edit: Callable[[dict[str, Any]], Any], outcome: float | str = FULL
) -> Malformed:
    """A solved notebook's JSON, edited."""

    def made() -> str:
        tree = json.loads(text())
        edit(tree)
        return json.dumps(tree)

    return _raw(student, made, outcome)


def _each(edit: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    def change(tree: dict[str, Any]) -> None:
        for cell in tree["cells"]:
            edit(cell)

    return change


def _placed(student: str, place: str, outcome: float | str, also: str = "") -> Malformed:
    """A solved notebook in another place of the student's folder."""
    return Malformed(
        student, lambda submitted: _put(submitted / student / place, text()), outcome, also
    )


def _linked(
    student: str, target: str, outcome: str, place: str = f"{CHAPTER}/{_FILE}"
) -> Malformed:
    """A link in the place of the file, or of a folder above it."""

    def write(submitted: Path) -> None:
        path = submitted / student / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    return Malformed(student, write, outcome)


def _made(student: str, make: Callable[[Path], Any], outcome: float | str) -> Malformed:
    """Something else in the place of the file."""

    def write(submitted: Path) -> None:
        path = submitted / student / CHAPTER / _FILE
        path.parent.mkdir(parents=True)
        make(path)

    return Malformed(student, write, outcome)


def _more(*extra: tuple[str, str | bytes]) -> Callable[[Path], None]:
    """The right file, and others beside it."""

    def make(path: Path) -> None:
        _put(path, text())
        for name, data in extra:
            _put(path.parent / name, data)

    return make


def _unreadable(path: Path) -> None:
    _put(path, text())
    path.chmod(0)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _format_3() -> str:
    return nbformat.writes(nbformat.convert(submission(POINTS), 3), version=3)


def _with_cells(*cells: Any) -> Callable[[dict[str, Any]], None]:
    return lambda tree: tree["cells"].extend(cells)


_CELL: NotebookNode = nbformat.v4.new_code_cell("")


def _code(source: Any) -> dict[str, Any]:
    return {**_CELL, "id": secrets.token_hex(4), "source": source}


def _nested(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = [inner]
    return inner


def _kept(output: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """An output in the first cell of code."""

    def change(tree: dict[str, Any]) -> None:
        code = next(cell for cell in tree["cells"] if cell["cell_type"] == "code")
        code["outputs"] = [output]

    return change


_HUGE = 5 * 2**20
_SIXTY = "A" * (60 * 2**20)
_NO = "it is no notebook"
_SOLUTION = f"../../../solutions/{CHAPTER}/{_FILE}"

MALFORMED = [
    # No notebook at all.
    _raw("empty", b"", "it is empty"),
    _raw("only-blanks", b" \n\n\t ", "it is empty"),
    _raw("truncated", lambda: text()[: len(text()) // 2], _NO),
    _raw("truncated-by-one", lambda: text().rstrip()[:-1], _NO),
    _raw("two-in-one", lambda: text() + text(), _NO),
    _raw("binary", bytes(range(256)) * 100, "it is no text"),
    _raw("zeros", bytes(10_000), _NO),
    _raw("a-picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "it is no text"),
    _raw("a-zip", b"PK\x03\x04" + b"\xff" * 99, "it is no text"),
    _raw("html", b"<!doctype html><title>Sign in</title>", _NO),
    _raw("python", "print('my work')\n", _NO),
    _raw("merge-conflict", lambda: "<<<<<<< HEAD\n" + text(), _NO),
    _raw("utf-16", lambda: text().encode("utf-16"), "it is no text"),
    _raw("latin-1", lambda: "# tâche".encode("latin-1"), "it is no text"),
    _raw("byte-order-mark", lambda: "\ufeff" + text(), _NO),
    # JSON of other types.
    *(
        _raw(f"json-{name}", data, _NO)
        for name, data in {
            "list": "[]", "number": "6.0", "text": '"24"', "null": "null", "true": "true",
            "empty": "{}", "not-a-number": "NaN",
        }.items()
    ),
    _raw("json-only-cells", '{"cells": []}', 0.0),
    _raw("json-deep", '{"cells":' + "[" * 50_000, "nested too deeply"),
    _raw("json-long-number", '{"nbformat": ' + "9" * 10_000 + "}", _NO),
    # Other versions.
    _raw("version-3", _format_3, FULL),
    _edited("version-99", lambda tree: tree.update(nbformat=99), _NO),
    _edited("version-0", lambda tree: tree.update(nbformat=0), _NO),
    _edited("version-text", lambda tree: tree.update(nbformat="4"), _NO),
    _edited("version-none", lambda tree: tree.pop("nbformat"), _NO),
    _edited("version-4.99", lambda tree: tree.update(nbformat_minor=99)),
    _edited("version-4.text", lambda tree: tree.update(nbformat_minor="5"), _NO),
    # Notebooks of an odd form.
    _edited("no-cells", lambda tree: tree.update(cells=[]), 0.0),
    _edited("cells-missing", lambda tree: tree.pop("cells"), _NO),
    _edited("cells-null", lambda tree: tree.update(cells=None), _NO),
    _edited("cells-of-wrong-types", _with_cells(None, 5, "x", [], {}), _NO),
    _edited("no-metadata", lambda tree: tree.pop("metadata"), _NO),
    _edited("metadata-null", lambda tree: tree.update(metadata=None), _NO),
    _edited("metadata-deep", lambda tree: tree["metadata"].update(deep=_nested(200))),
    _edited("cells-without-metadata", _each(lambda cell: cell.pop("metadata")), _NO),
    _edited("cells-without-outputs", _each(lambda cell: cell.pop("outputs", 0))),
    _edited("outputs-of-wrong-types", _each(lambda cell: cell.update(outputs=[None, 5])), _NO),
    _edited("attachments-of-wrong-types", _each(lambda cell: cell.update(attachments=[1])), _NO),
    _edited("unknown-fields", _each(lambda cell: cell.update(score=6, outputs_hidden=True))),
    _edited("tags-of-wrong-types", _each(lambda cell: cell["metadata"].update(tags={"a": [1]}))),
    _edited("same-ids", _each(lambda cell: cell.update(id="same"))),
    _edited("long-ids", _each(lambda cell: cell.update(id="x" * 10_000))),
    _edited("sources-as-lists", _each(
        lambda cell: cell.update(source="".join(cell["source"]).splitlines(keepends=True))
    )),
    _edited("a-source-of-numbers", _with_cells(_code([1, None, {"a": 1}])), _NO),
    _edited("a-source-null", _with_cells(_code(None))),
    _edited("a-lone-surrogate", _with_cells(_code("x = '\ud800'"))),
    _edited("control-characters", _with_cells(_code("x = '\x00\x1b[2J\x07'"))),
    # Large ones.
    _made("oversized", _sparse, "MiB; at most"),
    _edited("a-huge-cell", _with_cells(_code("# " + "x" * _HUGE))),
    _edited("a-huge-text", _with_cells({"cell_type": "markdown", "metadata": {}, "id": "huge",
                                        "source": "word " * (_HUGE // 50)})),
    _edited("huge-outputs", _each(
        lambda cell: cell["cell_type"] == "code" and cell.update(outputs=[
            {"output_type": "stream", "name": "stdout", "text": "x" * (_HUGE // 10)}
        ])
    )),
    _edited("kept-outputs", _kept({"output_type": "stream", "name": "stdout", "text": _SIXTY})),
    _edited("kept-pictures", _kept({"output_type": "display_data", "metadata": {},
                                    "data": {"image/png": _SIXTY, "text/plain": "]}\\\""}})),
    _edited("kept-widgets", lambda tree: tree["metadata"].update(widgets={"state": _SIXTY})),
    _edited("pasted-pictures", _with_cells({"cell_type": "markdown", "id": "pasted", "metadata": {},
                                            "source": "", "attachments": {"a": {"b": _SIXTY}}}),
            "more than 50 MiB besides its outputs"),
    _edited("many-cells", _with_cells(*(_code(f"x = {n}") for n in range(1500)))),
    _edited("too-many-cells", _with_cells(*(_code("") for _ in range(6000))), "at most 5000"),
    # Under another name, or in another place.
    _placed("misnamed", f"{CHAPTER}/homework.ipynb", f"its name is not {_FILE}"),
    _placed("a-copy", f"{CHAPTER}/{CHAPTER} (1).ipynb", f"its name is not {_FILE}"),
    _placed("upper-case", f"{CHAPTER}/{_FILE.upper()}", f"its name is not {_FILE}"),
    _placed("two-suffixes", f"{CHAPTER}/{_FILE}.txt", f"its name is not {_FILE}"),
    _placed("nested", f"{CHAPTER}/{CHAPTER}/{_FILE}", f"its name is not {_FILE}"),
    _placed("another-folder", f"my work/{_FILE}", "the name of no chapter"),
    _placed("no-folder", _FILE, "the name of no chapter"),
    Malformed("an-empty-folder", lambda submitted: (submitted / "an-empty-folder" / CHAPTER).mkdir(
        parents=True), "there is no"),
    Malformed("a-file-for-a-student", lambda submitted: _put(
        submitted / "a-file-for-a-student", text()), "it is a file, where a student's folder"),
    Malformed("a-file-for-a-chapter", lambda submitted: _put(
        submitted / "a-file-for-a-chapter" / CHAPTER, text()), "where a chapter's folder"),
    Malformed("two-notebooks", lambda submitted: _more(("draft.ipynb", "{}"))(
        submitted / "two-notebooks" / CHAPTER / _FILE), FULL, f"only {_FILE} is graded"),
    _made("other-files", _more(("model.keras", b"\x00"), (".hidden", "x")), FULL),
    _made("a-broken-timestamp", _more(("timestamp.txt", b"\xff\xfe")), FULL),
    # Links, and files of other kinds.
    _linked("link-to-the-solution", _SOLUTION, "it is a link"),
    _linked("link-to-another", f"../../ada/{CHAPTER}/{_FILE}", "it is a link"),
    _linked("link-to-a-secret", "/etc/passwd", "it is a link"),
    _linked("link-to-nothing", "nowhere", "it is a link"),
    _linked("link-to-itself", _FILE, "it is a link"),
    _linked("link-without-end", "/dev/zero", "it is a link"),
    _linked("folder-linked", f"../ada/{CHAPTER}", "it is a link", CHAPTER),
    _linked("student-linked", "ada", "it is a link", ""),
    _made("a-folder", Path.mkdir, "it is a folder"),
    _made("a-pipe", os.mkfifo, "it is no ordinary file"),
    _made("a-socket", _socket, "it is no ordinary file"),
    # Root reads everything, so for root this is an ordinary file.
    _made("unreadable", _unreadable, FULL if os.geteuid() == 0 else "it can't be read"),
    # Students with odd names. nbgrader looks for files with this one.
    _placed("[a-z]*", f"{CHAPTER}/{_FILE}", "nbgrader would take its name for a pattern"),
    *(
        _placed(name, f"{CHAPTER}/{_FILE}", FULL)
        for name in ("o'brien; drop table", "Zoë 李", "-rf", "a" * 100)
    ),
]  # fmt: skip
