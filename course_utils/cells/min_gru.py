"""The minimal GRU: its gates see the inputs only, so that its step is linear in the state."""

import tensorflow as tf

from course_utils.cells.arguments import as_tensor
from course_utils.cells.base import RecurrentCell


class MinGRUCell(RecurrentCell):
    """A GRU without a way from the state to the gates, after Feng et al. (2024).

        z = sigmoid of the first block of: inputs @ kernel + bias
        candidate = the second block
        h = (1 - z) * h + z * candidate

    "Were RNNs All We Needed?", arXiv 2410.01201. A step is linear in h, with factors that do not
    depend on h: all of them are known at once, and `course_utils.scan.scan_rnn` runs all steps in
    a few rounds.

    Args:
      units: width of the state and of the output, a positive integer.

    Attributes:
      kernel: [features, 2 * units], the blocks z, candidate.
      bias: [2 * units].

    Raises:
      TypeError: if `units` is not an integer.
      ValueError: if `units` is less than 1.

    >>> cell = MinGRUCell(5)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, [weights.shape for weights in cell.get_weights()]
    (TensorShape([4, 5]), [(3, 10), (10,)])
    """

    gates = 2
    sees_state = False

    def linear_step(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The step for these inputs as a, b of h = a * h + b.

        Args:
          inputs: [batch, features], as in a call.

        Returns:
          a and b, each [batch, units].

        Raises:
          TypeError: as a call.
          ValueError: as a call.
        """
        self._check_that_keras_sees_it()
        inputs = self._check_inputs(as_tensor("inputs", inputs))
        return self._linear(inputs, *self._weights_for(inputs))

    def _step(
        self, inputs: tf.Tensor, state: tf.Tensor, *weights: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        a, b = self._linear(inputs, *weights)
        output = a * state + b
        return output, output

    def _linear(
        self, inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        a_z, candidate = tf.split(inputs @ kernel + bias, 2, axis=1)
        return tf.sigmoid(-a_z), tf.sigmoid(a_z) * candidate  # 1 - z = sigmoid(-a_z)
