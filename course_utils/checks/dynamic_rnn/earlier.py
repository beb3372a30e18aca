"""Which answers of chapter 03 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils import cells, unroll
from course_utils.checks.dynamic_rnn.dynamic_rnn import check_dynamic_rnn
from course_utils.checks.dynamic_rnn.last_output import check_last_output
from course_utils.checks.dynamic_rnn.sequence_lengths import check_sequence_lengths
from course_utils.checks.engine import earlier


def _dynamic_rnn(cell: Any, inputs: Any, initial_state: Any = None) -> tuple[tf.Tensor, Any]:
    """The loop for any cell; `unroll.dynamic_rnn` is for those that keep the course's promises."""
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[0]
    if initial_state is None:
        initial_state = cell.zero_state(tf.shape(inputs)[1])

    def body(t: tf.Tensor, outputs: tf.TensorArray, state: Any) -> tuple[Any, ...]:
        output, state = cell(inputs[t], state)
        return t + 1, outputs.write(t, output), state

    start = (0, tf.TensorArray(tf.float32, n_steps), initial_state)
    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, start)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state


class _Clock:
    """A cell whose state has the time as a further part."""

    output_size = 1

    def __call__(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        t, total = state
        return total + inputs, (t + 1, total + inputs)


def _count_steps(dynamic_rnn: Callable[..., Any]) -> None:
    dynamic_rnn(_Clock(), tf.ones([2, 3, 1]), (tf.constant(0), tf.zeros([2, 1])))


def _train(name: str, own: Callable[..., Any]) -> None:
    """Goes back through an answer in a graph that knows no sizes, along with the course's other."""
    parts: dict[str, Callable[..., Any]] = {
        "dynamic_rnn_with_lengths": unroll.dynamic_rnn,
        "last_output": unroll.last_output,
    }
    parts[name] = own
    cell = cells.BasicRNNCell(2)
    cell(tf.zeros([1, 1]), cell.zero_state(1))  # makes its weights

    @tf.function(reduce_retracing=True)
    def gradients(inputs: tf.Tensor, sequence_length: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs, _ = parts["dynamic_rnn_with_lengths"](cell, inputs, sequence_length)
            loss = tf.reduce_sum(parts["last_output"](outputs, sequence_length))
        found: list[tf.Tensor] = tape.gradient(loss, cell.trainable_variables)
        return found

    for n_steps in (2, 3, 4):
        if not np.any(gradients(tf.ones([2, n_steps, 1]), tf.constant([1, n_steps]))[0]):
            raise ValueError("No gradient comes back.")


EARLIER = {
    "dynamic_rnn": earlier.Earlier(
        check_dynamic_rnn, _dynamic_rnn, "can't run a cell that counts its steps", _count_steps
    ),
    "dynamic_rnn_with_lengths": earlier.Earlier(
        check_sequence_lengths,
        unroll.dynamic_rnn,
        "can't be trained in a graph of unknown sizes",
        partial(_train, "dynamic_rnn_with_lengths"),
    ),
    "last_output": earlier.Earlier(
        check_last_output,
        unroll.last_output,
        "can't be trained in a graph of unknown sizes",
        partial(_train, "last_output"),
    ),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
