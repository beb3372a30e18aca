"""A cell's output projected to another width, at each step."""

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.base import dtype_of_weights, glorot_uniform, positive_integer
from course_utils.cells.calling import call_cell
from course_utils.wrappers.base import CellWrapper


class OutputProjectionWrapper(CellWrapper):
    """A cell whose output is a linear function of another cell's output.

    output = cell's output @ kernel + bias; the state is the cell's own and passes untouched.

    The first call makes the weights, in the dtype of the cell's output: the kernel as
    `BasicRNNCell`'s, the bias zero. As there, it may happen inside a `tf.function`.

    In a loop that is a small product at every step. It is faster to project all outputs of a run at
    once, in one large product, wherever no step waits for the projection of the one before it.

    Args:
      cell: follows `course_utils.cells.Cell`; its output may differ from its state. A `tf.Module`,
        if its weights are to be among this one's `trainable_variables`.
      output_size: width of the new output, a positive integer.

    Attributes:
      cell: the wrapped cell.
      kernel: [cell.output_size, output_size].
      bias: [output_size].

    Raises:
      TypeError: if `cell` is no cell, or `output_size` not an integer.
      ValueError: if `output_size` is less than 1.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = OutputProjectionWrapper(BasicRNNCell(100), output_size=1)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, state.shape, cell.kernel.shape
    (TensorShape([4, 1]), TensorShape([4, 100]), TensorShape([100, 1]))
    """

    def __init__(self, cell: Cell, output_size: int):
        super().__init__(cell)
        self._output_size = positive_integer("output_size", output_size)
        # Made by the first call.
        self.kernel: tf.Variable = None
        self.bias: tf.Variable = None

    @property
    def output_size(self) -> int:
        """Width of the projection."""
        return self._output_size

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step through time.

        Args:
          inputs: [batch, features].
          state: in the structure of `state_size`.
          training: handed on to a cell that asks for it.

        Returns:
          The projected output, [batch, output_size], and the cell's next state.

        Raises:
          ValueError: if the cell's output is not [batch, cell.output_size].
        """
        self._check_that_keras_sees_it()
        output, new_state = call_cell(self.cell, inputs, state, training)
        output = self._check_output(tf.convert_to_tensor(output))
        if self.kernel is None:
            self._make_weights(output.dtype)
        kernel, bias = (tf.cast(weight, output.dtype) for weight in (self.kernel, self.bias))
        return output @ kernel + bias, new_state

    def _make_weights(self, dtype: tf.DType) -> None:
        dtype = dtype_of_weights(dtype)
        # Not of the loop whose body this call may be, nor under its name: see BasicRNNCell.
        with tf.init_scope(), tf.name_scope(""):
            kernel = glorot_uniform(self._cell_output()[-1], self.output_size, dtype)
            self.kernel = tf.Variable(kernel, name="projection_kernel")
            self.bias = tf.Variable(tf.zeros([self.output_size], dtype), name="projection_bias")

    def _cell_output(self) -> tf.TensorShape:
        return tf.TensorShape([None]).concatenate(self.cell.output_size)

    def _check_output(self, output: tf.Tensor) -> tf.Tensor:
        expected = self._cell_output()
        if not output.shape.is_compatible_with(expected):
            raise ValueError(
                f"cell returned an output of shape {output.shape}, but its output_size promises "
                f"[batch, {self.cell.output_size}]. Make the cell's output and its output_size "
                "agree."
            )
        return output
