"""Runs the call that a failing line of a report shows, as a reader would who pastes it."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine.report import Outcome

GOT = re.compile(r"\b[Gg]ot (-?[\d.]+(?:e[+-]?\d+)?), expected ")
RAISED = re.compile(r"` raised (\w+)")


def shortfall(outcome: Outcome, namespace: dict[str, Any]) -> str:
    """What a pasted call lacks, or "": it raises what the detail tells, or shows the value."""
    raised = RAISED.search(outcome.detail)
    try:
        value = _run(outcome.call, dict(namespace))
    except Exception as error:
        kind = type(error).__name__
        if raised and kind in (raised[1], "TraceError"):
            return ""
        return f"raises {kind}: {error}"[:300]
    if raised:
        return f"does not raise {raised[1]}"
    got = GOT.search(outcome.detail)
    numbers = list(_numbers(value))
    if not got or any(_reads(number, got[1]) for number in numbers):
        return ""
    if _shows_several(outcome.call):  # of which the value is a difference or the like
        return ""
    if numbers != list(_numbers(_run(outcome.call, dict(namespace)))):  # it is drawn
        return ""
    return f"does not show {got[1]}"


def _shows_several(text: str) -> bool:
    last = ast.parse(text).body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Tuple)


def _run(text: str, namespace: dict[str, Any]) -> Any:
    """The value of the last line of a cell."""
    *statements, last = ast.parse(text).body
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        exec(compile(ast.Module(statements, []), "<pasted>", "exec"), namespace)
        return eval(ast.unparse(last), namespace)


def _reads(number: float, text: str) -> bool:
    return np.isclose(number, float(text), rtol=1e-4, atol=1e-7)


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
