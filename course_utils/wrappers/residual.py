"""A cell that only computes what to add to its inputs."""

import tensorflow as tf

from course_utils.cells import State
from course_utils.cells.calling import call_cell
from course_utils.wrappers.base import CellWrapper


class ResidualWrapper(CellWrapper):
    """Adds a cell's inputs to its output, so that deep stacks keep a short way for gradients.

    output = inputs + cell's output; the state is the cell's own.

    After He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2015).

    Args:
      cell: follows `course_utils.cells.Cell`; its output is as wide as its inputs.

    Raises:
      TypeError: if `cell` is no cell.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = ResidualWrapper(BasicRNNCell(3, activation=tf.zeros_like))
    >>> output, _ = cell(tf.constant([[1.0, 2.0, 3.0]]), cell.zero_state(1))
    >>> output.numpy()
    array([[1., 2., 3.]], dtype=float32)
    """

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, with the inputs added.

        Args:
          inputs: [batch, output_size].
          state: that of the cell inside.
          training: handed on to a cell that asks for it.

        Returns:
          The sum, [batch, output_size], and the next state as the cell made it.

        Raises:
          ValueError: if inputs and output differ in shape.
        """
        inputs = tf.convert_to_tensor(inputs)
        output, new_state = call_cell(self.cell, inputs, state, training)
        output = tf.convert_to_tensor(output)
        if inputs.shape[1:] != output.shape[1:]:
            raise ValueError(
                f"inputs has the shape {inputs.shape}, but the cell's output {output.shape}, and "
                "the two are added. Make the cell as wide as its inputs, or project them before."
            )
        return inputs + output, new_state
