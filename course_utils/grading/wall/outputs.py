"""Reads the outputs of a cell that another process sent, as a notebook may store them.

A notebook is shown in the instructor's browser, so nothing that runs there is let through: texts,
pictures in their own encoding, and HTML, which the pages that show it have to clean.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
PICTURES = ("image/png", "image/jpeg")


def readable(outputs: Any) -> list[NotebookNode]:
    """The outputs that have the right form; the others are left out.

    >>> readable([{"output_type": "stream", "name": "stdout", "text": "hi"}, {"odd": 1}, 7])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hi'}]
    """
    items = outputs if type(outputs) is list else []
    found = (_output(item) for item in items if type(item) is dict)
    return [output for output in found if output is not None]


def note(text: str) -> NotebookNode:
    """A line that tells the reader what became of a cell."""
    return new_output("stream", name="stdout", text=f"{text}\n")


def size(outputs: list[NotebookNode]) -> int:
    """How many characters the outputs hold."""
    texts = [
        text
        for output in outputs
        for text in (output.get("text", ""), *output.get("data", {}).values())
    ]
    return sum(map(len, texts)) + sum(len("".join(o.get("traceback", []))) for o in outputs)


def _output(item: dict[Any, Any]) -> NotebookNode | None:
    kind = _text(item.get("output_type"))
    if kind == "stream":
        name = "stderr" if item.get("name") == "stderr" else "stdout"
        return new_output(kind, name=name, text=_text(item.get("text")))
    if kind == "error":
        traceback = item.get("traceback")
        lines = [_text(line) for line in (traceback if type(traceback) is list else [])]
        error, value = _text(item.get("ename")), _text(item.get("evalue"))
        return new_output(kind, ename=error, evalue=value, traceback=lines)
    if kind in ("display_data", "execute_result"):
        return new_output(kind, data=_bundle(item.get("data")))
    return None


def _bundle(data: Any) -> dict[str, str]:
    bundle = data if type(data) is dict else {}
    shown = {kind: _text(bundle[kind]) for kind in TEXTS if kind in bundle}
    for kind in PICTURES:
        if kind in bundle and _is_base64(_text(bundle[kind])):
            shown[kind] = _text(bundle[kind])
    return shown


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
