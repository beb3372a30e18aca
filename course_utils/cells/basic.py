"""The basic recurrent cell: one layer of units that feeds back on itself."""

from collections.abc import Callable

import tensorflow as tf

from course_utils.cells.base import RecurrentCell


class BasicRNNCell(RecurrentCell):
    """The simplest recurrent cell: its output is its next state.

    output = activation(inputs @ kernel + state @ recurrent_kernel + bias)

    Args:
      units: width of the state and of the output, a positive integer.
      activation: what is applied to the sum, elementwise.

    Attributes:
      kernel: [features, units], what the inputs are multiplied by.
      recurrent_kernel: [units, units], what the state is multiplied by.
      bias: [units].

    Raises:
      TypeError: if `units` is not an integer, or `activation` not callable.
      ValueError: if `units` is less than 1.

    >>> cell = BasicRNNCell(5)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, cell.kernel.shape, cell.recurrent_kernel.shape
    (TensorShape([4, 5]), TensorShape([3, 5]), TensorShape([5, 5]))
    >>> BasicRNNCell(2).zero_state(1).numpy()
    array([[0., 0.]], dtype=float32)
    """

    def __init__(self, units: int, activation: Callable[[tf.Tensor], tf.Tensor] = tf.tanh) -> None:
        super().__init__(units)
        if not callable(activation):
            raise TypeError(
                f"activation must be a function of a tensor, got {activation!r}. "
                "Pass the function itself, for example tf.tanh or tf.nn.relu."
            )
        self.activation = activation

    def _step(
        self, inputs: tf.Tensor, state: tf.Tensor, *weights: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        kernel, recurrent_kernel, bias = weights
        output = self.activation(inputs @ kernel + state @ recurrent_kernel + bias)
        return output, output
