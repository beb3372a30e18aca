"""A cell on a device of its own."""

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.calling import call_cell
from course_utils.wrappers.base import CellWrapper


class DeviceWrapper(CellWrapper):
    """Makes a cell's weights on a device, and runs its operations there.

    A cell whose first call has made its weights already keeps them where they are, so wrap it
    before. Where the device is missing, TensorFlow takes another one, unless
    `tf.config.set_soft_device_placement(False)` tells it to complain.

    Args:
      cell: follows `course_utils.cells.Cell`.
      device: as in `tf.device`, for example "/GPU:0" or "/CPU:1".

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if `device` is not the name of a device.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = DeviceWrapper(BasicRNNCell(5), "/CPU:0")
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.device
    '/job:localhost/replica:0/task:0/device:CPU:0'
    """

    def __init__(self, cell: Cell, device: str):
        super().__init__(cell)
        try:
            tf.DeviceSpec.from_string(device)
        except (AttributeError, ValueError):
            raise ValueError(
                f"device must be the name of a device, got {device!r}. "
                'Pass, say, "/GPU:0"; tf.config.list_logical_devices() lists what there is.'
            ) from None
        self.device = device

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """That of the cell inside, made on the device."""
        with tf.device(self.device):
            return super().zero_state(batch_size, dtype)

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, on the device.

        Args:
          inputs: [batch, features], from any device.
          state: that of the cell inside, from any device.
          training: handed on to a cell that asks for it.

        Returns:
          The output and the next state, both on the device.
        """
        with tf.device(self.device):
            return call_cell(self.cell, inputs, state, training)
