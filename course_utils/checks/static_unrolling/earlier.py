"""Which answers of chapter 02 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils import cells, unroll
from course_utils.checks.engine import earlier
from course_utils.checks.static_unrolling.basic_rnn_cell import check_basic_rnn_cell
from course_utils.checks.static_unrolling.graph_size import check_graph_size
from course_utils.checks.static_unrolling.pack_sequence import check_pack_sequence
from course_utils.checks.static_unrolling.static_rnn import check_static_rnn
from course_utils.checks.static_unrolling.unpack_sequence import check_unpack_sequence

PARTS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "unpack_sequence": (check_unpack_sequence, unroll.unpack_sequence),
    "pack_sequence": (check_pack_sequence, unroll.pack_sequence),
    "BasicRNNCell": (check_basic_rnn_cell, cells.BasicRNNCell),
    "static_rnn": (check_static_rnn, unroll.static_rnn),
}


def _graph_size(n_steps: int) -> int:
    """The operations of a graph of the course's loop."""
    cell = cells.BasicRNNCell(5)
    run = tf.function(lambda inputs: unroll.static_rnn(cell, unroll.unpack_sequence(inputs)))
    trace = run.get_concrete_function(tf.TensorSpec([4, n_steps, 3]))
    return len(trace.graph.get_operations())


def _size_of(parts: dict[str, Any], n_steps: int) -> int:
    """The operations of a graph of all four parts, in which Python is not rewritten."""
    graph = tf.Graph()
    with graph.as_default():
        inputs = tf.compat.v1.placeholder(tf.float32, [4, n_steps, 3])
        steps = parts["unpack_sequence"](inputs)
        cell = parts["BasicRNNCell"](5)
        parts["static_rnn"](cell, steps)
        start = cell.zero_state(tf.shape(inputs)[0], tf.float32)
        outputs, _ = parts["static_rnn"](cell, steps, start)
        parts["pack_sequence"](outputs)
    return len(graph.get_operations())


def _trace(name: str, own: Any) -> None:
    """Traces an answer along with the course's other parts; each step has to leave operations."""
    parts = {other: course for other, (_, course) in PARTS.items()} | {name: own}
    one, two, three = (_size_of(parts, n_steps) for n_steps in (1, 2, 3))
    if not one < two < three:
        raise ValueError("The graph does not grow.")


EARLIER = {
    name: earlier.Earlier(check, course, "does not work in every graph", partial(_trace, name))
    for name, (check, course) in PARTS.items()
}
EARLIER["graph_size"] = earlier.Earlier(partial(check_graph_size, growth="linear"), _graph_size)
own_or_course = partial(earlier.own_or_course, EARLIER)
