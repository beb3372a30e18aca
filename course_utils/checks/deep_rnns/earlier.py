"""Which answers of chapter 08 later cells call, and what can take their place."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils import cells, unroll, wrappers
from course_utils.checks.deep_rnns.bidirectional_rnn import check_bidirectional_rnn
from course_utils.checks.deep_rnns.dropout import check_dropout
from course_utils.checks.deep_rnns.dropout_wrapper import check_dropout_wrapper
from course_utils.checks.deep_rnns.multi_rnn_cell import check_multi_rnn_cell
from course_utils.checks.deep_rnns.reverse_sequence import check_reverse_sequence
from course_utils.checks.engine import earlier


class _MultiRNNCell(wrappers.MultiRNNCell):
    """The course's stack, which here takes one cell for several layers."""

    def __init__(self, layers: Sequence[cells.Cell]) -> None:
        super().__init__(layers[-1:])
        self.cells = list(layers)


def _repeat(MultiRNNCell: Callable[..., Any]) -> None:
    """Stacks one cell on itself."""
    stack = MultiRNNCell([cells.BasicRNNCell(2)] * 2)
    stack(tf.ones([1, 2]), stack.zero_state(1))


def _dropout(x: Any, keep_prob: float, training: bool, rng: np.random.Generator) -> Any:
    if not training:
        return x
    kept = rng.random(np.shape(x)) < keep_prob
    return tf.where(kept, tf.divide(x, keep_prob), tf.zeros_like(x))


def _bidirectional_rnn(fw: Any, bw: Any, inputs: Any, sequence_length: Any) -> tuple[Any, Any]:
    outputs, states = unroll.bidirectional_dynamic_rnn(fw, bw, inputs, sequence_length)
    return tf.concat(outputs, axis=2), states


def _differentiate(bidirectional_rnn: Callable[..., Any]) -> None:
    """Sends a gradient from all outputs to the inputs."""
    inputs = tf.ones([1, 3, 2])
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs, _ = bidirectional_rnn(cells.GRUCell(2), cells.GRUCell(2), inputs, tf.constant([2]))
    tf.convert_to_tensor(tape.gradient(outputs, inputs))


EARLIER = {
    "MultiRNNCell": earlier.Earlier(
        check_multi_rnn_cell, _MultiRNNCell, "takes no cell twice", _repeat
    ),
    "dropout": earlier.Earlier(check_dropout, _dropout),
    "DropoutWrapper": earlier.Earlier(check_dropout_wrapper, wrappers.DropoutWrapper),
    "reverse_sequence": earlier.Earlier(
        check_reverse_sequence, partial(tf.reverse_sequence, seq_axis=1)
    ),
    "bidirectional_rnn": earlier.Earlier(
        check_bidirectional_rnn, _bidirectional_rnn, "lets no gradient through", _differentiate
    ),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
