"""Truncated back-propagation: long sequences in windows, from each of which the weights learn."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.base import positive_integer
from course_utils.loop_arguments import check_cell, first_state
from course_utils.training.updates import descend
from course_utils.unroll import pack_sequence, static_rnn


class TrainableCell(Cell, Protocol):
    """A cell that can list its weights, as every `tf.Module` and Keras layer can."""

    @property
    def trainable_variables(self) -> Sequence[tf.Variable]: ...  # noqa: D102 - said above


class WindowedPass(Protocol):
    """What `truncated_bptt` returns: one compiled pass over long sequences."""

    def __call__(
        self, inputs: tf.Tensor, labels: tf.Tensor, state: State = None
    ) -> tuple[tf.Tensor, State]:
        """Trains on [batch, time, features] inputs and [batch, time] class ids."""


def truncated_bptt(
    cell: TrainableCell, optimizer: tf.keras.optimizers.Optimizer, features: int, num_steps: int
) -> WindowedPass:
    """Training by back-propagation through windows of a few steps.

    The sequences are cut into windows. After each window the weights are updated; the state goes
    on into the next window, the gradient stops at its border. The whole pass is one graph, with
    `num_steps` copies of the cell in it, whatever the length of the sequences.

    Args:
      cell: follows `course_utils.cells.Cell` and lists its weights; its outputs are logits, one
        for each class. If it has no weights yet it gets them here.
      optimizer: a Keras optimizer of this cell's own, since it keeps numbers for each weight.
      features: width of the inputs.
      num_steps: width of a window, at least 1.

    Returns:
      A function of `inputs` [batch, time, features], `labels` [batch, time] of class ids and the
      state to start from (None means `cell.zero_state`; whatever `static_rnn` takes will do). It
      returns each window's mean cross-entropy in nats, [time // num_steps], measured before the
      window's update, and the final state. Steps after the last full window are left out.

    Raises:
      TypeError: if `cell` is no cell, or `num_steps` or a label no integer.
      ValueError: if `num_steps` is less than 1; of the function, if labels or the state do not fit,
        or there is no full window.

    >>> from course_utils.cells import BasicRNNCell
    >>> train = truncated_bptt(BasicRNNCell(2), tf.keras.optimizers.SGD(0.1), 3, num_steps=5)
    >>> losses, state = train(tf.ones([4, 21, 3]), tf.zeros([4, 21], tf.int32))
    >>> losses.shape, state.shape
    (TensorShape([4]), TensorShape([4, 2]))
    """
    num_steps = positive_integer("num_steps", num_steps)
    check_cell(cell)
    zero_state = first_state(cell, None, 1, tf.float32)
    cell(tf.zeros([1, features]), zero_state)  # a loop could not make the weights
    optimizer.build(cell.trainable_variables)
    signature = (
        tf.TensorSpec([None, None, features]),
        tf.TensorSpec([None, None], tf.int32),
        tf.nest.map_structure(lambda part: tf.TensorSpec([None, *part.shape[1:]]), zero_state),
    )
    one_pass = tf.function(partial(_windowed_pass, cell, optimizer, num_steps))
    compiled = one_pass.get_concrete_function(*signature)

    def train(inputs: tf.Tensor, labels: tf.Tensor, state: State = None) -> tuple[tf.Tensor, State]:
        inputs, labels = tf.cast(inputs, tf.float32), tf.convert_to_tensor(labels)
        _check_labels(inputs, labels, num_steps)
        state = first_state(cell, state, len(inputs), tf.float32)
        return compiled(inputs, tf.cast(labels, tf.int32), state)

    return train


def _check_labels(inputs: tf.Tensor, labels: tf.Tensor, num_steps: int) -> None:
    """Raises an error unless there is a whole class id for each step, and a window."""
    if not labels.dtype.is_integer:
        raise TypeError(f"labels must be ids of classes, integers, got {labels.dtype.name}.")
    if not labels.shape.is_compatible_with(inputs.shape[:2]):
        raise ValueError(
            f"labels must have the shape {inputs.shape[:2]}, [batch, time] of the inputs, got "
            f"{labels.shape}. Give each step its label."
        )
    if inputs.shape[1] is not None and inputs.shape[1] < num_steps:
        raise ValueError(
            f"inputs must have at least num_steps = {num_steps} steps, got {inputs.shape[1]}: no "
            "window is full, and nothing would be learnt. Take a smaller num_steps."
        )


def _windowed_pass(
    cell: TrainableCell,
    optimizer: tf.keras.optimizers.Optimizer,
    num_steps: int,
    inputs: tf.Tensor,
    labels: tf.Tensor,
    state: State,
) -> tuple[tf.Tensor, State]:
    windows = tf.shape(inputs)[1] // num_steps
    losses = tf.TensorArray(tf.float32, windows)
    for k in tf.range(windows):
        start = k * num_steps
        # The tape is new in each window, and the state comes to it as a plain number: that is
        # where the gradient is cut.
        with tf.GradientTape() as tape:
            steps = [inputs[:, start + i] for i in range(num_steps)]
            logits, new_state = static_rnn(cell, steps, state)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=labels[:, start : start + num_steps], logits=pack_sequence(logits)
                )
            )
        descend(tape, loss, cell.trainable_variables, optimizer)
        losses = losses.write(k, loss)
        state = new_state
    return losses.stack(), state
