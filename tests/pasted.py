"""Runs the calls that failing lines of a report show, as a reader would who pastes them.

`python -m tests.pasted [CHAPTER]...` tries all wrong answers of the bank.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine.report import Outcome
from tests.answer_bank import Answer, Chapter, chapters, stored_answers

GOT = re.compile(r"\b[Gg]ot (-?[\d.]+(?:e[+-]?\d+)?), expected ")
RAISED = re.compile(r"` raised (\w+)")


def shortfalls(chapter: Chapter, answer: Answer) -> list[str]:
    """A sentence for each failing line of an answer's report whose call is not as it should be."""
    namespace = chapter.namespace(answer)
    found = [(o, shortfall(o, namespace)) for o in namespace["report"].outcomes if o.call]
    return [f"{answer}: {o.name}: {o.detail} {lack}" for o, lack in found if lack]


def shortfall(outcome: Outcome, namespace: dict[str, Any]) -> str:
    """What a pasted call lacks, or "": it raises what the detail tells, or shows the value."""
    raised, got = RAISED.search(outcome.detail), GOT.search(outcome.detail)
    try:
        value = _run(outcome.call, dict(namespace))
    except Exception as error:
        kind = type(error).__name__
        as_told = raised and kind in (raised[1], "TraceError")
        return "" if as_told else f"raises {kind}: {error}"[:300]
    if raised:
        return f"does not raise {raised[1]}"
    if got and not _shows(value, float(got[1]), outcome.call, namespace):
        return f"does not show {got[1]}"
    return ""


def _shows(value: Any, number: float, text: str, namespace: dict[str, Any]) -> bool:
    """Whether a number is there, or comes of several results, or is drawn anew by each call."""
    numbers = list(_numbers(value))
    if isinstance(value, (np.ndarray, tf.Tensor)):  # lines may be about sums
        numbers += [*np.sum(value, axis=-1, keepdims=True).ravel(), np.sum(value)]
    if np.isclose(numbers, number, rtol=1e-4, atol=1e-7).any() or _shows_several(text):
        return True
    return list(_numbers(value)) != list(_numbers(_run(text, dict(namespace))))


def _shows_several(text: str) -> bool:
    last = ast.parse(text).body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Tuple)


def _run(text: str, namespace: dict[str, Any]) -> Any:
    """The value of the last line of a cell."""
    *statements, last = ast.parse(text).body
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        exec(compile(ast.Module(statements, []), "<pasted>", "exec"), namespace)
        return eval(ast.unparse(last), namespace)


def _numbers(value: Any) -> Iterator[float]:
    """All numbers in whatever a call has given."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tf.Tensor, tf.Variable)):
        value = value.numpy()
    if isinstance(value, (bool, int, float, np.generic, np.ndarray)):
        yield from np.asarray(value).astype(float).ravel()
    elif hasattr(value, "__iter__") and not isinstance(value, (str, bytes)):
        for item in value:
            yield from _numbers(item)


def main() -> int:
    """Prints the shortfalls of every chapter, or of those named."""
    found = 0
    for name in sys.argv[1:] or chapters():
        chapter = Chapter(name)
        for answer in [a for a in stored_answers() if a.chapter == name and not a.right]:
            lines = shortfalls(chapter, answer)
            found += len(lines)
            print(*lines, sep="\n", end="\n" if lines else "")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
