"""What all wrappers share: the sizes of the cell inside, and whether the cell is in training."""

from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.calling import call_cell
from course_utils.cells.guard import GuardedModule
from course_utils.loop_arguments import check_cell


class CellWrapper(GuardedModule):
    """A cell around a cell, with the sizes and the zero state of the one inside.

    A wrapper overrides `__call__`, and of the rest what it changes.

    Args:
      cell: follows `course_utils.cells.Cell`; may be a wrapper itself.

    Raises:
      TypeError: if `cell` is no cell.
    """

    def __init__(self, cell: Cell):
        super().__init__()
        check_cell(cell)
        self.cell: Any = cell  # `units` is no part of what the loops ask for

    @property
    def units(self) -> int:
        """That of the cell inside."""
        return self.cell.units

    @property
    def state_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.state_size

    @property
    def output_size(self) -> int:
        """That of the cell inside."""
        return self.cell.output_size

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """That of the cell inside."""
        return self.cell.zero_state(batch_size, dtype)

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside."""
        return call_cell(self.cell, inputs, state, training)


class InTraining(CellWrapper):
    """Calls the cell inside as in training, unless told otherwise; `in_training` makes one."""

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = True
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, as in training."""
        return call_cell(self.cell, inputs, state, training)


def in_training(cell: Cell) -> CellWrapper:
    """The same cell, with the same weights, for a training step.

    The loops of `course_utils.unroll`, and TensorFlow's, call a cell with inputs and a state.
    Handed this one, they call it with `training=True` as well.

    Args:
      cell: follows `course_utils.cells.Cell`.

    Returns:
      A cell for the loop; the cell inside may still be called by itself.

    Raises:
      TypeError: if `cell` is no cell.

    >>> from course_utils.cells import BasicRNNCell
    >>> from course_utils.unroll import dynamic_rnn
    >>> from course_utils.wrappers import DropoutWrapper
    >>> cell, inputs = DropoutWrapper(BasicRNNCell(50), output_keep_prob=0.5), tf.ones([1, 2, 3])
    >>> outputs, _ = dynamic_rnn(cell, inputs)
    >>> outputs_in_training, _ = dynamic_rnn(in_training(cell), inputs)
    >>> bool(tf.reduce_any(outputs == 0)), bool(tf.reduce_any(outputs_in_training == 0))
    (False, True)
    """
    return InTraining(cell)
