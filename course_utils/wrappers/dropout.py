"""Dropout around a cell: on its inputs and outputs, in training only, never on its state."""

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.wrappers.base import CellWrapper, call_cell

LARGEST_SEED = 2**62


class DropoutWrapper(CellWrapper):
    """Drops values on the way into a cell and out of it, while the cell is in training.

    Each value is kept with a probability and then divided by it, so that the mean stays; else it
    is 0. The state goes on from step to step untouched.

    Args:
      cell: follows `course_utils.cells.Cell`.
      input_keep_prob: the share of the inputs that stays, above 0 and at most 1.
      output_keep_prob: the share of the outputs that stays, likewise.
      variational: False draws a new mask at every step. True keeps one mask for inputs and one
        for outputs through all steps, with a draw for each sequence and each value, from one
        call of `zero_state` to the next. A loop that is given an initial state does not call
        `zero_state`, and goes on with the masks that it finds.

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if a probability is out of range.

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = DropoutWrapper(BasicRNNCell(400), output_keep_prob=0.5)
    >>> output, state = cell(tf.ones([1, 3]), cell.zero_state(1), training=True)
    >>> bool(0.3 < tf.reduce_mean(tf.cast(output == 0, tf.float32)) < 0.7)
    True
    >>> bool(tf.reduce_any(state == 0))
    False
    """

    def __init__(
        self,
        cell: Cell,
        input_keep_prob: float = 1.0,
        output_keep_prob: float = 1.0,
        variational: bool = False,
    ):
        super().__init__(cell)
        self.input_keep_prob = _check_probability("input_keep_prob", input_keep_prob)
        self.output_keep_prob = _check_probability("output_keep_prob", output_keep_prob)
        self.variational = variational
        if variational:
            # A mask is drawn anew at each step, from the same seed: its width is known by then,
            # and a loop in the graph need not carry it. A variable, so that masks outlive a trace.
            with tf.init_scope():
                self._seeds = tf.Variable(_draw_seeds(), trainable=False, name="mask_seeds")

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """That of the cell inside; variational masks are renewed."""
        if self.variational:
            self._seeds.assign(_draw_seeds())
        return super().zero_state(batch_size, dtype)

    def __call__(
        self, inputs: tf.Tensor, state: State, training: bool = False
    ) -> tuple[tf.Tensor, State]:
        """One step of the cell inside, between two masks.

        Args:
          inputs: [batch, features].
          state: that of the cell inside.
          training: whether values are dropped at all.

        Returns:
          The output, with values dropped in training, and the next state as the cell made it.
        """
        if not training:
            return call_cell(self.cell, inputs, state, training)
        inputs = self._drop(inputs, self.input_keep_prob, seed=0)
        output, new_state = call_cell(self.cell, inputs, state, training)
        return self._drop(output, self.output_keep_prob, seed=1), new_state

    def _drop(self, values: tf.Tensor, keep_prob: float, seed: int) -> tf.Tensor:
        if keep_prob == 1.0:
            return values
        if self.variational:
            seeds = self._seeds[seed]
            return tf.nn.experimental.stateless_dropout(values, 1 - keep_prob, seeds)
        return tf.nn.dropout(values, 1 - keep_prob)


def _draw_seeds() -> tf.Tensor:
    """One seed, of two numbers, for the inputs' mask and one for the outputs'."""
    return tf.random.uniform([2, 2], maxval=LARGEST_SEED, dtype=tf.int64)


def _check_probability(name: str, value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(
            f"{name} must be above 0 and at most 1, got {value}. It is the share that is kept: "
            "pass 0.9 to drop a tenth, and 1.0 to drop nothing."
        )
    return float(value)
