"""Named measurements on a student's object, made in the process where the object lives.

Each takes the object and plain arguments and returns plain values. They are for properties that
values alone can't show: which variables a call uses, which graphs it traces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import ops


def traced_graphs(function: Callable[..., Any], *args: Any) -> tuple[Any, list[int]]:
    """Calls the function and watches which graphs it makes.

    Args:
      function: the object to measure.
      *args: what to call it with.

    Returns:
      The call's result, and the number of operations of each graph that was made meanwhile, by
      tracing a `tf.function` or as a `tf.Graph`.

    >>> def add() -> str:
    ...     with tf.Graph().as_default():
    ...         return (tf.constant(1) + tf.constant(2)).op.type
    >>> traced_graphs(add)
    ('AddV2', [3])
    """
    graphs = []
    original = ops.Graph.__init__  # the base of a trace's FuncGraph, too

    def watched(graph: tf.Graph, *args: Any, **kwargs: Any) -> None:
        original(graph, *args, **kwargs)
        graphs.append(graph)

    with mock.patch.object(ops.Graph, "__init__", watched):
        result = function(*args)
    return result, [len(graph.get_operations()) for graph in graphs]


def weights_used(function: Callable[..., Any], *args: Any) -> tuple[list[tuple[int, ...]], bool]:
    """The trainable variables that a call uses, and whether they are kept.

    Args:
      function: the object to measure.
      *args: what to call it with, twice.

    Returns:
      The variables' shapes, and whether the second call uses the very same variables.

    >>> w = tf.Variable(tf.ones([2, 3]))
    >>> weights_used(lambda x: x @ w, tf.ones([4, 2]))
    ([(2, 3)], True)
    """
    first, second = _variables(function, *args), _variables(function, *args)
    kept = {id(variable) for variable in first} == {id(variable) for variable in second}
    return [tuple(variable.shape) for variable in first], kept


def redraw_weights(function: Callable[..., Any], *args: Any, seed: int) -> None:
    """Gives the variables that a call uses random values in -0.5..0.5.

    A bias that starts at zero, or a kernel of equal entries, hides mistakes: random values don't.

    Args:
      function: the object whose variables to set.
      *args: what to call it with, so that it makes and uses them.
      seed: of the random values.
    """
    rng = np.random.default_rng(seed)
    for variable in _variables(function, *args):
        variable.assign(tf.cast(rng.uniform(-0.5, 0.5, variable.shape), variable.dtype))


def _variables(function: Callable[..., Any], *args: Any) -> tuple[tf.Variable, ...]:
    with tf.GradientTape() as tape:
        function(*args)
    return tape.watched_variables()
