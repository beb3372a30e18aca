"""Named measurements on a student's object, made in the process where the object lives.

Each takes the object and plain arguments and returns plain values. They are for properties that
values alone can't show: which variables a call uses, which graphs it traces.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import ops

from course_utils.checks.engine.counts import calls_counted, lines_run, lines_run_eagerly
from course_utils.checks.engine.quiet import quiet
from course_utils.checks.engine.traces import (
    TraceError,
    graph_loops,
    in_graph,
    run_trace,
    trace_size,
)

__all__ = [
    "TraceError",
    "calls_counted",
    "gradients",
    "graph_loops",
    "in_graph",
    "kind_of_result",
    "lines_run",
    "lines_run_eagerly",
    "placement",
    "redraw_weights",
    "run_stateful",
    "run_trace",
    "run_without_weights",
    "saved_and_loaded",
    "trace_size",
    "traced_graphs",
    "weights_used",
    "with_tensors",
]

PASSED_ON = ("ReadVariableOp", "Identity", "IdentityN")  # operations that compute nothing


def kind_of_result(function: Callable[..., Any], *args: Any) -> str:
    """The name of the type of what a call returns; from elsewhere a generator looks like a list.

    Args:
      function: the object to measure.
      *args: what to call it with.

    >>> kind_of_result(lambda n: map(abs, range(n)), 3)
    'map'
    """
    return type(function(*args)).__name__


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


def run_without_weights(function: Callable[..., Any], *args: Any) -> tuple[Any, int]:
    """Calls the function while the trainable variables that it uses are all zero.

    Args:
      function: the object to measure.
      *args: what to call it with.

    Returns:
      The result, and how many variables there are. They have their values back afterwards.

    >>> w = tf.Variable([2.0, 3.0])
    >>> run_without_weights(lambda x: float(tf.reduce_sum(x * w) + 1), tf.ones([2])), w.numpy()
    ((1.0, 1), array([2., 3.], dtype=float32))
    """
    variables = _variables(function, *args)
    values = [tf.identity(variable) for variable in variables]
    try:
        for variable in variables:
            variable.assign(tf.zeros_like(variable))
        return function(*args), len(variables)
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


def gradients(function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[np.ndarray | None]:
    """The gradients of the sum of all that a function returns, through TensorFlow.

    Args:
      function: the object to measure.
      *args: what to call it with; arrays of floats are handed over as tensors, those in lists and
        tuples as well.
      **kwargs: further arguments, handed over as they are.

    Returns:
      One for each array of floats in `args`: an array of its shape, or None if no gradient
      gets there, as through NumPy.

    >>> gradients(lambda x, y: tf.square(x) + np.square(y), np.ones([2]), np.ones([2]))
    [array([2., 2.]), None]
    """
    tensors = _as_tensors(args)
    watched = [a for a in tf.nest.flatten(tensors) if isinstance(a, tf.Tensor)]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        results = tf.nest.flatten(function(*tensors, **kwargs))
        total = sum(tf.reduce_sum(r) for r in results if tf.as_dtype(r.dtype).is_floating)
    found = tape.gradient(total, watched) if isinstance(total, tf.Tensor) else [None] * len(watched)
    return [None if g is None else tf.convert_to_tensor(g).numpy() for g in found]


def with_tensors(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns for tensors in place of arrays; a plain call hands over arrays first.

    Args:
      function: the object to measure.
      *args: what to call it with; arrays of floats become tensors, those in lists and tuples as
        well.

    >>> with_tensors(lambda x: int(tf.is_tensor(x)), np.ones([2]))
    1
    """
    return function(*_as_tensors(args))


def _as_tensors(args: Any) -> Any:
    return tf.nest.map_structure(lambda a: tf.constant(a) if _is_float_array(a) else a, args)


def _is_float_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def placement(
    wrap: Callable[..., Any], cell: Any, device: str, features: int, calls: int = 1
) -> tuple[list[str], list[tuple[str, str]]]:
    """Where a wrapped cell's weights and operations are in a graph, where devices need not exist.

    Args:
      wrap: called with the cell and the device, gives a cell.
      cell: one without weights yet, whose state is a single tensor.
      device: its name.
      features: width of the inputs.
      calls: how often the wrapped cell is called; the last call is looked at.

    Returns:
      The devices of the variables that a call's output and new state depend on, and type and
      device of each operation on the way, such as ("MatMul", "CPU:1"); "" stands for no device in
      particular.

    >>> from course_utils.cells import BasicRNNCell
    >>> from course_utils.wrappers import DeviceWrapper
    >>> variables, operations = placement(DeviceWrapper, BasicRNNCell(3), "/CPU:1", 4)
    >>> set(variables), ("Tanh", "CPU:1") in operations
    ({'CPU:1'}, True)
    """
    with tf.Graph().as_default():
        inputs = tf.compat.v1.placeholder(tf.float32, [2, features])
        state = tf.compat.v1.placeholder(tf.float32, [2, cell.state_size])
        wrapped = wrap(cell, device)
        for _ in range(calls):
            results = tf.nest.flatten(wrapped(inputs, state))
        found = _behind([result.op for result in results if isinstance(result, tf.Tensor)])
        variables = [o for o in found if o.type in ("VarHandleOp", "VariableV2")]
        computed = [o for o in found if o.inputs and o.type not in PASSED_ON]
        # Where a weight is read need not be told: it goes where the weight is.
        return (
            [_short(o.device) for o in variables],
            [(o.type, _short(o.device)) for o in computed],
        )


def _behind(operations: Sequence[tf.Operation]) -> list[tf.Operation]:
    """The operations and all that they depend on."""
    found: dict[str, tf.Operation] = {}
    waiting = list(operations)
    while waiting:
        operation = waiting.pop()
        if operation.name not in found:
            found[operation.name] = operation
            waiting += [tensor.op for tensor in operation.inputs]
    return list(found.values())


def _short(device: str) -> str:
    spec = tf.DeviceSpec.from_string(device)
    return f"{spec.device_type}:{spec.device_index}" if spec.device_type else ""


def run_stateful(
    function: Callable[..., Any], layer: Any, inputs: np.ndarray, chunk: int
) -> tuple[Any, list[np.ndarray], list[int | None]]:
    """Calls function(layer, inputs, chunk) and looks at the stateful layer that it drives.

    Args:
      function: the object to measure.
      layer: a stateful Keras layer.
      inputs: [batch, time, features].
      chunk: how many steps the function is to feed at once.

    Returns:
      The call's result, the parts of the layer's state afterwards, and how many steps the layer got
      at each of its calls (None where that was not known).

    >>> layer = tf.keras.layers.SimpleRNN(2, stateful=True, return_sequences=True)
    >>> _, states, steps = run_stateful(lambda layer, x, n: layer(x), layer, np.ones([1, 5, 1]), 2)
    >>> bool(states[0].any()), steps
    (True, [5])
    """
    steps = []
    original = type(layer).call

    def watched(layer: Any, sequences: Any, *args: Any, **kwargs: Any) -> Any:
        steps.append(sequences.shape[1])
        return original(layer, sequences, *args, **kwargs)

    with mock.patch.object(type(layer), "call", watched):
        result = function(layer, inputs, chunk)
    return result, [state.numpy() for state in layer.states], steps


def saved_and_loaded(layer: Any, *args: Any) -> Any:
    """What a Keras layer computes after it went into a file, as part of a model, and came back.

    Args:
      layer: a layer that has its weights.
      *args: what to call it with, arrays or nested tuples of them.

    Returns:
      What the loaded layer gives for the same arguments.

    >>> dense, x = tf.keras.layers.Dense(2), np.ones([1, 3])
    >>> np.array_equal(dense(x), saved_and_loaded(dense, x))
    True
    """
    inputs = tf.nest.map_structure(lambda array: tf.keras.Input(np.shape(array)[1:]), args)
    model = tf.keras.Model(tf.nest.flatten(inputs), layer(*inputs))
    with tempfile.TemporaryDirectory() as folder, quiet():  # Keras uses what NumPy 2 deprecates
        path = f"{folder}/model.keras"
        model.save(path)
        loaded = tf.keras.models.load_model(
            path, custom_objects={type(layer).__name__: type(layer)}
        )
    return loaded([tf.convert_to_tensor(array) for array in tf.nest.flatten(args)])
