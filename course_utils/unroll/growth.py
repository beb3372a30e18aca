"""What a Python loop leaves in a graph: the operations that one more step adds."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell


def operations_of_a_step(
    loop: Callable[[Cell, Sequence[tf.Tensor]], Any],
    unpack: Callable[[tf.Tensor], Sequence[tf.Tensor]],
    cell: Cell,
    n_steps: int = 3,
    features: int = 3,
) -> dict[str, int]:
    """The operations that one more step adds to the graph of a loop over a list of steps.

    Args:
      loop: called as `static_rnn`, with a cell and a list of steps.
      unpack: makes the list of [batch, time, features].
      cell: follows `course_utils.cells.Cell`.
      n_steps: the number of steps that one is added to, at least 1.
      features: width of the inputs.

    Returns:
      How often each type of operation is added; types that are not, are left out.

    >>> from course_utils import cells, unroll
    >>> operations_of_a_step(unroll.static_rnn, unroll.unpack_sequence, cells.BasicRNNCell(5))
    {'ReadVariableOp': 3, 'MatMul': 2, 'AddV2': 2, 'Tanh': 1, 'Identity': 1}
    """
    graph_of = tf.function(lambda inputs: loop(cell, unpack(inputs))[0]).get_concrete_function

    def count(steps: int) -> Counter[str]:
        graph = graph_of(tf.TensorSpec([4, steps, features])).graph
        return Counter(operation.type for operation in graph.get_operations())

    return dict(count(n_steps + 1) - count(n_steps))
