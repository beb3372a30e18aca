"""The GRU cell: two gates and a single state, in both of its conventions."""

import tensorflow as tf

from course_utils.cells.arguments import check_flag
from course_utils.cells.base import RecurrentCell


class GRUCell(RecurrentCell):
    """A cell that mixes its old state and a candidate for the new one.

        z, r = sigmoid of two blocks of: inputs @ kernel + h @ recurrent_kernel + bias
        h = z * h + (1 - z) * candidate

    The candidate is the third block, with the reset gate r on the way of the old state:

        reset before: tanh(inputs @ kernel + (r * h) @ recurrent_kernel + bias)
        reset after:  tanh(inputs @ kernel + bias[0] + r * (h @ recurrent_kernel + bias[1]))

    Args:
      units: width of the state and of the output, a positive integer.
      reset_after: whether r comes after the product, as in Keras (where it is the default as well)
        and in cuDNN, or before it, as in the first paper.

    Attributes:
      kernel: [features, 3 * units], the blocks in Keras's order z, r, h.
      recurrent_kernel: [units, 3 * units].
      bias: [3 * units] if reset before, [2, 3 * units] if after: one row for each product.

    Raises:
      TypeError: if `units` is not an integer.
      ValueError: if `units` is less than 1.

    >>> cell = GRUCell(5)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, cell.kernel.shape, cell.bias.shape
    (TensorShape([4, 5]), TensorShape([3, 15]), TensorShape([2, 15]))
    """

    gates = 3

    def __init__(self, units: int, reset_after: bool = True) -> None:
        super().__init__(units)
        self.reset_after = check_flag("reset_after", reset_after)

    def _step(
        self, inputs: tf.Tensor, state: tf.Tensor, *weights: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        step = _step_reset_after if self.reset_after else _step_reset_before
        output = step(inputs, state, *weights)
        return output, output

    def _weight_shapes(self, features: int) -> list[tuple[int, ...]]:
        kernel, recurrent_kernel, bias = super()._weight_shapes(features)
        return [kernel, recurrent_kernel, (2, *bias) if self.reset_after else bias]


def _step_reset_before(
    inputs: tf.Tensor, h: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor
) -> tf.Tensor:
    from_inputs = tf.split(inputs @ kernel + bias, 3, axis=1)
    kernels = tf.split(recurrent, 3, axis=1)
    z = tf.sigmoid(from_inputs[0] + h @ kernels[0])
    r = tf.sigmoid(from_inputs[1] + h @ kernels[1])
    candidate = tf.tanh(from_inputs[2] + (r * h) @ kernels[2])
    return z * h + (1 - z) * candidate


def _step_reset_after(
    inputs: tf.Tensor, h: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor
) -> tf.Tensor:
    from_inputs = tf.split(inputs @ kernel + bias[0], 3, axis=1)
    from_state = tf.split(h @ recurrent + bias[1], 3, axis=1)
    z = tf.sigmoid(from_inputs[0] + from_state[0])
    r = tf.sigmoid(from_inputs[1] + from_state[1])
    candidate = tf.tanh(from_inputs[2] + r * from_state[2])
    return z * h + (1 - z) * candidate
