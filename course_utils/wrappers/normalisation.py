"""Layer normalisation around a cell: every output of a step brought to one mean and spread."""

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.base import dtype_of_weights
from course_utils.cells.calling import call_cell
from course_utils.wrappers.base import CellWrapper


class LayerNormWrapper(CellWrapper):
    """Normalises a cell's output over its units, at each step and for each sequence by itself.

    output = scale * (y - mean(y)) / sqrt(variance(y) + epsilon) + offset

    The state goes on as the cell made it. The first call makes the weights.

    Args:
      cell: follows `course_utils.cells.Cell`.
      epsilon: keeps the division safe where all units agree; Keras's default.

    Attributes:
      scale: [output_size], ones at first.
      offset: [output_size], zeros at first.

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if `epsilon` is not above 0.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = LayerNormWrapper(BasicRNNCell(50))
    >>> output, _ = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, bool(tf.reduce_all(abs(tf.reduce_mean(output, axis=1)) < 1e-5))
    (TensorShape([4, 50]), True)
    """

    def __init__(self, cell: Cell, epsilon: float = 1e-3):
        super().__init__(cell)
        if not epsilon > 0:
            raise ValueError(f"epsilon must be above 0, got {epsilon}. Pass, say, 1e-3.")
        self.epsilon = epsilon
        # Made by the first call.
        self.scale: tf.Variable = None
        self.offset: tf.Variable = None

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, its output normalised.

        Args:
          inputs: [batch, features].
          state: that of the cell inside.
          training: handed on to a cell that asks for it.

        Returns:
          The normalised output, [batch, output_size], and the next state as the cell made it.
        """
        self._check_that_keras_sees_it()
        output, new_state = call_cell(self.cell, inputs, state, training)
        if self.scale is None:
            self._make_weights(output.shape[-1], output.dtype)
        mean, variance = tf.nn.moments(output, axes=[-1], keepdims=True)
        normalised = (output - mean) * tf.math.rsqrt(variance + self.epsilon)
        scale, offset = (tf.cast(weight, output.dtype) for weight in (self.scale, self.offset))
        return scale * normalised + offset, new_state

    def _make_weights(self, units: int, dtype: tf.DType) -> None:
        dtype = dtype_of_weights(dtype)
        # As in BasicRNNCell: variables must not belong to the loop whose body this call may be.
        with tf.init_scope(), tf.name_scope(""):
            self.scale = tf.Variable(tf.ones([units], dtype), name="scale")
            self.offset = tf.Variable(tf.zeros([units], dtype), name="offset")
