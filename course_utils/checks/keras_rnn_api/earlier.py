"""Which answers of chapter 09 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils import nested
from course_utils.checks.engine import earlier
from course_utils.checks.keras_rnn_api.nested_cell import check_nested_cell


def _train(NestedCell: Callable[..., Any]) -> None:
    """Traces a step for batches of any size, and sends a gradient to the weights."""
    cell = NestedCell(2, 3, 4)
    signature = [tf.TensorSpec([None, 5]), tf.TensorSpec([None, 6, 7])]

    @tf.function(input_signature=signature)
    def gradients(a: tf.Tensor, b: tf.Tensor) -> Any:
        batch = tf.shape(a)[0]
        with tf.GradientTape() as tape:
            _, new_state = cell((a, b), (tf.zeros([batch, 2]), tf.zeros([batch, 3, 4])))
            total = tf.add_n([tf.reduce_sum(part) for part in new_state])
        return tape.gradient(total, [weight.value for weight in cell.trainable_weights])

    cell((tf.ones([1, 5]), tf.ones([1, 6, 7])), (tf.ones([1, 2]), tf.ones([1, 3, 4])))
    gradients(tf.ones([2, 5]), tf.ones([2, 6, 7]))


EARLIER = {
    "NestedCell": earlier.Earlier(
        check_nested_cell, nested.NestedCell, "can't be trained in a graph", _train
    ),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
