"""Probes that trace an answer into a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine.exceptions import text_of


class TraceError(Exception):
    """A function can't be traced; the message is TensorFlow's own sentence."""


def run_trace(
    function: Callable[..., Any],
    cell: Any,
    calls: Sequence[Sequence[np.ndarray]],
    open_time: bool = True,
) -> list[Any]:
    """Traces function(cell, *arrays) once and runs that one trace.

    Args:
      function: the object to measure.
      cell: its first argument.
      calls: its other arguments, once for each run of the trace; arrays of three axes are
        [batch, time, features].
      open_time: whether the number of steps is left open, so that it may differ between calls.

    Returns:
      The result of each call.

    Raises:
      TraceError: if the function can't be traced.

    >>> def steps(cell, inputs):
    ...     return tf.shape(inputs)[1]
    >>> run_trace(steps, None, [[np.ones([2, 3, 1])], [np.ones([2, 9, 1])]])
    [<tf.Tensor: shape=(), dtype=int32, numpy=3>, <tf.Tensor: shape=(), dtype=int32, numpy=9>]
    """
    trace = _trace(function, cell, calls[0], open_time)
    return [trace(*map(tf.constant, arrays)) for arrays in calls]


def trace_size(function: Callable[..., Any], cell: Any, arrays: Sequence[np.ndarray]) -> int:
    """The number of operations in a trace of function(cell, *arrays), loop bodies included.

    All sizes are known in the trace.

    Raises:
      TraceError: if the function can't be traced.

    >>> trace_size(lambda cell, x: x + 1, None, [np.ones([2, 3])])
    4
    """
    definition = _trace(function, cell, arrays, open_time=False).graph.as_graph_def()
    return len(definition.node) + sum(len(f.node_def) for f in definition.library.function)


def _trace(
    function: Callable[..., Any], cell: Any, arrays: Sequence[np.ndarray], open_time: bool
) -> Any:
    def run(*tensors: tf.Tensor) -> Any:
        return function(cell, *tensors)

    specs = [tf.TensorSpec(_shape(array, open_time), array.dtype) for array in arrays]
    try:
        return tf.function(run).get_concrete_function(*specs)
    except Exception as error:  # whatever it is, it says why there is no trace
        raise TraceError(text_of(error)) from error


def _shape(array: np.ndarray, open_time: bool) -> list[int | None]:
    sizes: list[int | None] = list(array.shape)
    return [sizes[0], None, *sizes[2:]] if open_time and array.ndim == 3 else sizes


def in_graph(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns if TensorFlow traces it, so that all arrays are placeholders.

    Args:
      function: the object to measure.
      *args: what to call it with; the arrays in lists and tuples become placeholders, too.

    Raises:
      TraceError: if the function can't be traced.

    >>> in_graph(lambda x: x + 1, np.ones([2]))
    <tf.Tensor: shape=(2,), dtype=float64, numpy=array([2., 2.])>
    """
    flat = tf.nest.flatten(args)
    arrays = [a for a in flat if isinstance(a, np.ndarray)]

    def call(_cell: None, *tensors: tf.Tensor) -> Any:
        left = iter(tensors)
        filled = [next(left) if isinstance(a, np.ndarray) else a for a in flat]
        return function(*tf.nest.pack_sequence_as(args, filled))

    return _trace(call, None, arrays, open_time=False)(*map(tf.constant, arrays))


def graph_loops(function: Callable[..., Any], *args: np.ndarray) -> int:
    """The number of loops in a trace of the function; 0 if it can't be traced, as NumPy code.

    >>> graph_loops(lambda x: tf.map_fn(tf.sin, x), np.ones([3, 2]))
    1
    """
    try:
        trace = _trace(lambda _cell, *tensors: function(*tensors), None, args, open_time=False)
    except TraceError:
        return 0
    definition = trace.graph.as_graph_def()
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    return sum(node.op in ("While", "StatelessWhile") for node in nodes)
