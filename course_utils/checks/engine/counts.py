"""Probes that count what an answer does: the lines that it runs, the calls that it makes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import tensorflow as tf

# Where code lies that is no student's.
PACKAGES = (
    sys.prefix,
    sys.base_prefix,
    "<frozen",
    "<string>",  # what dataclasses and the like generate
    str(Path(__file__).parents[2]),
)


def lines_run(function: Callable[..., Any], calls: Sequence[Sequence[np.ndarray]]) -> list[int]:
    """How many lines of the student's own code each call runs; in a loop a line counts each time.

    Args:
      function: the object to measure.
      calls: the arguments of each call. The first call warms up: it may trace a `tf.function`.

    Returns:
      For each call the number of lines. Those inside libraries and the course's package are left
      out, those of functions that a library calls back are not.

    >>> few, many = lines_run(lambda x: [2 * number for number in x], [[[1]], [[1, 2, 3]]])
    >>> few < many
    True
    """
    counts: list[int] = []

    def follow(frame: FrameType, event: str, _argument: Any) -> Callable | None:
        if frame.f_code.co_filename.startswith(PACKAGES):
            return None
        counts[-1] += event == "line"
        return follow

    for arguments in calls:
        counts.append(0)
        _follow_with(follow, function, arguments)
    return counts


def lines_run_eagerly(
    function: Callable[..., Any], calls: Sequence[Sequence[np.ndarray]]
) -> list[tuple[int, int]]:
    """As `lines_run`, with every `tf.function` run as plain Python, so that no loop is hidden.

    Returns:
      For each call the number of lines of the student's own code, and that of libraries.

    >>> @tf.function
    ... def count(numbers):
    ...     return tf.scan(tf.add, numbers)
    >>> (_, few), (_, many) = lines_run_eagerly(count, [[np.ones(2)], [np.ones(90)]])
    >>> many > 3 * few
    True
    """
    counts: list[list[int]] = []

    def follow(frame: FrameType, event: str, _argument: Any) -> Callable:
        counts[-1][frame.f_code.co_filename.startswith(PACKAGES)] += event == "line"
        return follow

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        for arguments in calls:
            counts.append([0, 0])
            _follow_with(follow, function, arguments)
    finally:
        tf.config.run_functions_eagerly(before)
    return [(own, others) for own, others in counts]


def _follow_with(follow: Any, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    before = sys.gettrace()
    sys.settrace(follow)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)


def calls_counted(
    function: Callable[..., Any], callback: Callable[..., Any], *args: Any
) -> tuple[Any, int]:
    """Calls function(callback, *args) and counts how often it calls the callback.

    Args:
      function: the object to measure.
      callback: its first argument, a function.
      *args: its other arguments.

    Returns:
      The call's result, and the number of calls.

    >>> calls_counted(lambda double, numbers: [double(n) for n in numbers], lambda n: 2 * n, [3, 4])
    ([6, 8], 2)
    """
    calls = 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        return callback(*arguments, **named)

    return function(counted, *args), calls
