"""What an exception says, without what TensorFlow and Keras wrap around it."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

MOST_LINES, MOST_CHARACTERS = 12, 1000
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_NODE = re.compile(r"\{\{[^}]*\}\}\s*")  # TensorFlow's "{{function_node ...}}"
_KERAS = re.compile(
    r"(\w+: )?Exception encountered when calling [^\n]*\n+(.*?)(?:\n+Arguments received by .*|\Z)",
    re.S,
)
_FRAME = re.compile(r'^\s*File "([^"\n]*)", line (\d+), in [^\n]*\n([^\n]*)$', re.M)
_AUTOGRAPH = re.compile(r"in user code:\n.*?\n\s*\n(?=\S|    [A-Z]\w+: )(?P<text>.*)", re.S)
_DEFINED = re.compile(r"\n\s*\n<tf\.Tensor [^\n]* was defined here:\n.*", re.S)
_OPERATION = re.compile(r"'\{\{node [^}]*\}\} = (\w+)\[[^\n]*?\]\([^)\n]*\)'")


def text_of(error: BaseException) -> str:
    r"""The exception's type and all of its message: "ValueError: Dimensions must be equal".

    What Keras puts around a message ("Exception encountered when calling ...") and AutoGraph ("in
    user code: ...") is taken off; a very long message is cut.

    >>> text_of(ValueError("Exception encountered when calling Cell.call().\n\nno state"))
    'ValueError: no state'
    """
    kind = type(error).__name__
    text = _unwrapped(str(error)).strip()
    if not text:
        return kind
    if not re.match(r"\w+(Error|Exception): ", text):  # AutoGraph says the type itself
        text = f"{kind}: {text}"
    lines = [line.rstrip() for line in text.splitlines()]
    cut = "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS]
    return cut + (" ..." if len(cut) < len("\n".join(lines)) else "")


def place_of(error: BaseException) -> str:
    """Where in a notebook's cell it came from, " (line 3 of the cell: ...)", or ""."""
    frames = [
        (frame.lineno, frame.line or "")
        for frame in traceback.extract_tb(error.__traceback__)
        if _is_cell(frame.filename)
    ]
    traced = _FRAME.findall(str(error))
    frames += [(int(line), code.strip()) for file, line, code in traced if _is_cell(file)]
    return f" (line {frames[-1][0]} of the cell: {frames[-1][1]})" if frames else ""


def is_of_a_library(error: BaseException) -> bool:
    """Whether an installed package raised it: Keras does so for a layer without `call`."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and is_installed(frames[-1].filename)


def is_installed(filename: str) -> bool:
    """Whether a file of code is that of an installed package."""
    return bool({"site-packages", "dist-packages"} & {*Path(filename).parts})


def _unwrapped(text: str) -> str:
    text = _NODE.sub("", _OPERATION.sub(r"\1", _ANSI.sub("", text)))
    text = _DEFINED.sub("", re.sub(r"(?<=\]) name: *$", "", text, flags=re.M))
    while True:
        inner = text.strip()
        if found := _KERAS.match(inner):
            inner = (found[1] or "") + found[2]
        elif found := _AUTOGRAPH.match(inner):
            inner = "\n".join(line.strip() for line in found["text"].splitlines())
        if inner == text:
            return text
        text = inner


def _is_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith("<ipython-input-")
