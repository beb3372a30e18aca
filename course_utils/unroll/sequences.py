"""Sequences as lists and back, backwards, and at their ends."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.loop_arguments import check_lengths, check_rank_3, check_steps, size_of


def unpack_sequence(inputs: tf.Tensor) -> list[tf.Tensor]:
    """A batch of sequences as a list of time steps.

    Args:
      inputs: [batch, time, features]; the number of steps must be known.

    Returns:
      `time` tensors [batch, features]: inputs[:, 0], inputs[:, 1], ...

    Raises:
      TypeError: if `inputs` is ragged.
      ValueError: if `inputs` is not of rank 3, or its number of steps is unknown.

    >>> steps = unpack_sequence(tf.zeros([4, 2, 3]))
    >>> len(steps), steps[0].shape
    (2, TensorShape([4, 3]))
    """
    inputs = check_rank_3("inputs", inputs, "[batch, time, features]")
    if inputs.shape[1] is None:
        raise ValueError(
            f"inputs must have a known number of time steps, got the shape {inputs.shape}. "
            "A list needs a length: use dynamic_rnn, or give the steps in the input signature."
        )
    return tf.unstack(inputs, axis=1)


def pack_sequence(outputs: Sequence[tf.Tensor]) -> tf.Tensor:
    """A list of time steps as a batch of sequences; undoes `unpack_sequence`.

    Args:
      outputs: `time` tensors [batch, features].

    Returns:
      [batch, time, features].

    Raises:
      TypeError: if `outputs` is not a list.
      ValueError: if it is empty, or its tensors differ in shape or are not of rank 2.

    >>> pack_sequence([tf.zeros([4, 3]), tf.ones([4, 3])]).shape
    TensorShape([4, 2, 3])
    """
    return tf.stack(check_steps("outputs", outputs), axis=1)


def last_output(outputs: tf.Tensor, sequence_length: tf.Tensor) -> tf.Tensor:
    """The output at each sequence's last real step.

    Args:
      outputs: [batch, time, units].
      sequence_length: [batch] integers in 1..time.

    Returns:
      [batch, units], row i is outputs[i, sequence_length[i] - 1].

    Raises:
      TypeError: if `sequence_length` is not of integers.
      ValueError: if the batch sizes differ, naming both, or a length is outside 1..time. XLA can't
        raise an error for a value: with `jit_compile`, such a row is NaN.

    >>> last_output(tf.reshape(tf.range(6.0), [1, 3, 2]), tf.constant([2])).numpy()
    array([[2., 3.]], dtype=float32)
    """
    outputs = check_rank_3("outputs", outputs, "[batch, time, units]")
    batch_size, timesteps = (size_of(outputs, axis) for axis in (0, 1))
    sequence_length = check_lengths(sequence_length, batch_size, timesteps, lowest=1)
    last = tf.gather(outputs, sequence_length - 1, axis=1, batch_dims=1)
    if tf.get_static_value(sequence_length) is not None or not outputs.dtype.is_floating:
        return last
    exists = (sequence_length >= 1) & (sequence_length <= timesteps)
    return tf.where(exists[:, tf.newaxis], last, tf.constant(np.nan, last.dtype))


def reverse(values: Any, sequence_length: tf.Tensor | None, time_major: bool) -> Any:
    """The values, or each part of them, with the real steps of each sequence in reverse order."""
    time_axis = 0 if time_major else 1
    if sequence_length is None:
        return tf.nest.map_structure(lambda part: tf.reverse(part, [time_axis]), values)
    return tf.nest.map_structure(
        lambda part: tf.reverse_sequence(
            part, sequence_length, seq_axis=time_axis, batch_axis=1 - time_axis
        ),
        values,
    )
