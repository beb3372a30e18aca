"""Step by step in Python: a graph with as many copies of the cell as there are steps."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.loop_arguments import (
    check_cell,
    check_directions,
    check_steps,
    first_state,
    size_of,
)
from course_utils.unroll.sequences import reverse
from course_utils.unroll.steps import (
    Step,
    checked_step,
    lengths_in_range,
    longest_row,
    reaching_weights,
    rows_where,
    step_of_running,
    zeros,
)


def static_rnn(
    cell: Cell,
    inputs: Sequence[tf.Tensor],
    initial_state: State = None,
    dtype: tf.DType | None = None,
    sequence_length: tf.Tensor | None = None,
) -> tuple[list[tf.Tensor], State]:
    """Runs a cell over a list of time steps, one call of the cell for each.

    Inside a `tf.function` every step adds its operations to the graph; see `dynamic_rnn`. What
    follows a sequence's end changes nothing, neither values nor gradients.

    Args:
      cell: follows `course_utils.cells.Cell`.
      inputs: `time` tensors [batch, features], as `unpack_sequence` gives them, or as many
        structures of tensors [batch, ...].
      initial_state: the state before the first step; None means `cell.zero_state`.
      dtype: of the outputs and of the zero state; None means that of the (first) inputs.
      sequence_length: [batch] integers in 0..time; None means that every sequence is full.

    Returns:
      The outputs, a list of `time` tensors [batch, output_size], zero past each sequence's end,
      and the state after each sequence's last real step, in the structure of `cell.state_size`.

    Raises:
      TypeError: if `cell` is no cell, or `inputs` no list, or a dtype does not fit.
      ValueError: if `inputs` is empty or its shapes differ, or a length or `initial_state` does
        not fit, or the cell breaks its promises about its output and state.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, state = static_rnn(BasicRNNCell(5), [tf.ones([4, 3]), tf.zeros([4, 3])])
    >>> len(outputs), state.shape
    (2, TensorShape([4, 5]))
    """
    check_cell(cell)
    inputs = check_steps("inputs", inputs)
    first = tf.nest.flatten(inputs[0])[0]
    batch_size, dtype = size_of(first, axis=0), dtype or first.dtype
    state = first_state(cell, initial_state, batch_size, dtype)
    step = checked_step(cell, batch_size, tf.as_dtype(dtype))
    if sequence_length is not None:
        lengths = lengths_in_range(sequence_length, batch_size, len(inputs))
        filler = tf.nest.map_structure(
            lambda size: zeros(batch_size, size, dtype), cell.output_size
        )
        run = _run_with_lengths(step, inputs, state, lengths, filler)
        return reaching_weights(cell, run, tf.reduce_max(lengths))
    outputs = []
    for step_inputs in inputs:  # [batch, features]
        output, state = step(step_inputs, state)
        outputs.append(output)
    return outputs, state


def static_bidirectional_rnn(
    cell_fw: Cell,
    cell_bw: Cell,
    inputs: Sequence[tf.Tensor],
    initial_state_fw: State = None,
    initial_state_bw: State = None,
    dtype: tf.DType | None = None,
    sequence_length: tf.Tensor | None = None,
) -> tuple[list[tf.Tensor], State, State]:
    """Runs one cell forwards and another one backwards over a list of time steps.

    The backward cell starts at each sequence's own last step. As in TensorFlow 1, the outputs of
    both come side by side, and the states are not in a pair; `bidirectional_dynamic_rnn` differs
    in both.

    Args:
      cell_fw: runs from the first step to the last.
      cell_bw: runs from the last step to the first; a cell of its own, with its own weights.
      inputs: `time` tensors [batch, features].
      initial_state_fw: the state before the first step; None means `cell_fw.zero_state`.
      initial_state_bw: the state after the last step; None means `cell_bw.zero_state`.
      dtype: of the outputs and of the zero states; None means that of the inputs.
      sequence_length: [batch] integers in 0..time; None means that every sequence is full.

    Returns:
      The outputs, `time` tensors [batch, cell_fw.output_size + cell_bw.output_size], and the
      states that the forward and the backward cell end with.

    Raises:
      TypeError: as `static_rnn`.
      ValueError: as `static_rnn`, and if both cells are one.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, state_fw, state_bw = static_bidirectional_rnn(
    ...     BasicRNNCell(5), BasicRNNCell(6), [tf.ones([4, 3])] * 2
    ... )
    >>> outputs[0].shape, state_fw.shape, state_bw.shape
    (TensorShape([4, 11]), TensorShape([4, 5]), TensorShape([4, 6]))
    """
    check_directions(cell_fw, cell_bw)
    inputs = check_steps("inputs", inputs)
    if sequence_length is not None:
        batch_size = size_of(tf.nest.flatten(inputs[0])[0], axis=0)
        sequence_length = lengths_in_range(sequence_length, batch_size, len(inputs))
    options = {"sequence_length": sequence_length, "dtype": dtype}
    forward, state_fw = static_rnn(cell_fw, inputs, initial_state_fw, **options)
    backward, state_bw = static_rnn(
        cell_bw, _reversed(inputs, sequence_length), initial_state_bw, **options
    )
    backward = _reversed(backward, sequence_length)
    outputs = [tf.concat(pair, axis=-1) for pair in zip(forward, backward, strict=True)]
    return outputs, state_fw, state_bw


def _reversed(steps: Sequence[Any], sequence_length: tf.Tensor | None) -> list[Any]:
    if sequence_length is None:
        return list(steps)[::-1]
    parts = zip(*map(tf.nest.flatten, steps), strict=True)
    turned = [reverse(tf.stack(part), sequence_length, time_major=True) for part in parts]
    flat_steps = zip(*map(tf.unstack, turned), strict=True)
    return [tf.nest.pack_sequence_as(steps[0], list(step)) for step in flat_steps]


def _run_with_lengths(
    step: Step, inputs: list[Any], state: State, lengths: tf.Tensor, filler: Any
) -> tuple[list[Any], State]:
    longest, last = longest_row(lengths), tf.reduce_max(lengths)
    outputs = []
    for time, step_inputs in enumerate(inputs):
        real = partial(_masked_step, step, time < lengths, longest, filler, step_inputs, state)
        output, state = tf.cond(time < last, real, partial(_no_step, filler, state))
        outputs.append(output)
    return outputs, state


def _masked_step(
    step: Step, running: tf.Tensor, longest: tf.Tensor, filler: Any, inputs: Any, state: State
) -> tuple[Any, State]:
    safe = tf.nest.map_structure(
        lambda part: rows_where(running, part, tf.stop_gradient(tf.gather(part, longest))), inputs
    )
    output, state = step_of_running(step, running, longest)(safe, state)
    return tf.nest.map_structure(partial(rows_where, running), output, filler), state


def _no_step(filler: Any, state: State) -> tuple[Any, State]:
    return filler, state
