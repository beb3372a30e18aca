"""Unrolling a cell through time: step by step in Python, or in one loop for every length."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.loop_arguments import (
    check_cell,
    check_lengths,
    check_rank_3,
    check_sequences,
    check_steps,
    first_state,
    size_of,
    swap_batch_and_time,
)


def unpack_sequence(inputs: tf.Tensor) -> list[tf.Tensor]:
    """A batch of sequences as a list of time steps.

    Args:
      inputs: [batch, time, features]; the number of steps must be known.

    Returns:
      `time` tensors [batch, features]: inputs[:, 0], inputs[:, 1], ...

    Raises:
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


def static_rnn(
    cell: Cell, inputs: Sequence[tf.Tensor], initial_state: State = None
) -> tuple[list[tf.Tensor], State]:
    """Runs a cell over a list of time steps, one call of the cell for each.

    Inside a `tf.function` every step adds its operations to the graph; see `dynamic_rnn`.

    Args:
      cell: follows `course_utils.cells.Cell`.
      inputs: `time` tensors [batch, features], as `unpack_sequence` gives them.
      initial_state: the state before the first step; None means `cell.zero_state`.

    Returns:
      The outputs, a list of `time` tensors [batch, output_size], and the state after the last step.

    Raises:
      TypeError: if `cell` is no cell, or `inputs` no list.
      ValueError: if `inputs` is empty or its shapes differ, or `initial_state` does not fit.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, state = static_rnn(BasicRNNCell(5), [tf.ones([4, 3]), tf.zeros([4, 3])])
    >>> len(outputs), state.shape
    (2, TensorShape([4, 5]))
    """
    check_cell(cell)
    inputs = check_steps("inputs", inputs)
    state = first_state(cell, initial_state, size_of(inputs[0], axis=0), inputs[0].dtype)
    outputs = []
    for step_inputs in inputs:  # [batch, features]
        output, state = cell(step_inputs, state)
        outputs.append(output)
    return outputs, state


def dynamic_rnn(
    cell: Cell,
    inputs: tf.Tensor,
    sequence_length: tf.Tensor | None = None,
    initial_state: State = None,
    time_major: bool = False,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
) -> tuple[tf.Tensor, State]:
    """Runs a cell over a batch of sequences in one `tf.while_loop`.

    Inside a `tf.function` the graph has the same size for any number of steps, and one trace
    serves all of them. What follows a sequence's end changes nothing, neither values nor gradients.

    Args:
      cell: follows `course_utils.cells.Cell`.
      inputs: [batch, time, features], at least one step; time and batch may be unknown.
      sequence_length: [batch] integers in 0..time; None means that every sequence is full.
      initial_state: the state before the first step; None means `cell.zero_state`.
      time_major: whether inputs and outputs are [time, batch, ...] in place of [batch, time, ...].
      parallel_iterations: how many steps may run at once where they do not wait for each other.
      swap_memory: whether values kept for the gradient may move from the GPU to main memory;
        `tf.while_loop` heeds it only where classic control flow is switched on.

    Returns:
      The outputs, [batch, time, output_size], zero past each sequence's end, and the state after
      each sequence's last real step, in the structure of `cell.state_size`.

    Raises:
      TypeError: if `cell` is no cell, or `sequence_length` is not of integers.
      ValueError: if a shape or a length does not fit, or the cell breaks its promises about
        the shapes of its output and state.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, state = dynamic_rnn(BasicRNNCell(5), tf.ones([2, 3, 4]), sequence_length=[1, 3])
    >>> outputs.shape, state.shape
    (TensorShape([2, 3, 5]), TensorShape([2, 5]))
    >>> bool(tf.reduce_all(outputs[0, 1:] == 0)), bool(tf.reduce_all(state[0] == outputs[0, 0]))
    (True, True)
    """
    check_cell(cell)
    inputs = check_sequences(inputs, time_major)  # [time, batch, features]
    batch_size = size_of(inputs, axis=1)
    state = first_state(cell, initial_state, batch_size, inputs.dtype)
    if sequence_length is not None:
        sequence_length = check_lengths(
            sequence_length, batch_size, size_of(inputs, axis=0), lowest=0
        )
        # The loop discards what the cell makes of the padding; without this, a NaN there
        # would still reach the gradient of the weights, as 0 × NaN.
        real = tf.range(tf.shape(inputs)[0])[:, tf.newaxis] < sequence_length  # [time, batch]
        inputs = _where(real, inputs, tf.zeros([], inputs.dtype))
    outputs, state = _loop(
        cell,
        inputs,
        sequence_length,
        state,
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
    )
    return (outputs if time_major else swap_batch_and_time(outputs)), state


def bidirectional_dynamic_rnn(
    cell_fw: Cell,
    cell_bw: Cell,
    inputs: tf.Tensor,
    sequence_length: tf.Tensor | None = None,
    initial_state_fw: State = None,
    initial_state_bw: State = None,
    time_major: bool = False,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
) -> tuple[tuple[tf.Tensor, tf.Tensor], tuple[State, State]]:
    """Runs one cell forwards and another one backwards over a batch of sequences.

    The backward cell starts at each sequence's own last step, and its outputs are put back in
    order: at step t both outputs belong to the input of step t.

    Args:
      cell_fw: runs from the first step to the last.
      cell_bw: runs from the last step to the first; a cell of its own, with its own weights.
      inputs: [batch, time, features], as in `dynamic_rnn`.
      sequence_length: [batch] integers in 0..time; None means that every sequence is full.
      initial_state_fw: the state before the first step; None means `cell_fw.zero_state`.
      initial_state_bw: the state after the last step; None means `cell_bw.zero_state`.
      time_major: as in `dynamic_rnn`, as the two options after it.
      parallel_iterations: how many steps may run at once.
      swap_memory: whether values kept for the gradient may move to main memory.

    Returns:
      The outputs (forward, backward), each [batch, time, output_size] and zero past each
      sequence's end, and the states that the two cells end with.

    Raises:
      TypeError: as `dynamic_rnn`.
      ValueError: as `dynamic_rnn`.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, states = bidirectional_dynamic_rnn(
    ...     BasicRNNCell(5), BasicRNNCell(6), tf.ones([2, 3, 4]), sequence_length=[1, 3]
    ... )
    >>> outputs[0].shape, outputs[1].shape, states[0].shape, states[1].shape
    (TensorShape([2, 3, 5]), TensorShape([2, 3, 6]), TensorShape([2, 5]), TensorShape([2, 6]))
    """
    options = (time_major, parallel_iterations, swap_memory)
    outputs_fw, state_fw = dynamic_rnn(cell_fw, inputs, sequence_length, initial_state_fw, *options)
    reversed_inputs = _reversed(inputs, sequence_length, time_major)
    reversed_outputs, state_bw = dynamic_rnn(
        cell_bw, reversed_inputs, sequence_length, initial_state_bw, *options
    )
    outputs_bw = _reversed(reversed_outputs, sequence_length, time_major)
    return (outputs_fw, outputs_bw), (state_fw, state_bw)


def _reversed(values: tf.Tensor, sequence_length: tf.Tensor | None, time_major: bool) -> tf.Tensor:
    """The values with the real steps of each sequence in reverse order."""
    time_axis = 0 if time_major else 1
    if sequence_length is None:
        return tf.reverse(values, [time_axis])
    lengths = tf.cast(sequence_length, tf.int32)
    return tf.reverse_sequence(values, lengths, seq_axis=time_axis, batch_axis=1 - time_axis)


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
    return tf.where(exists[:, tf.newaxis], last, np.nan)


def _loop(
    cell: Cell,
    inputs: tf.Tensor,
    sequence_length: tf.Tensor | None,
    state: State,
    *,
    parallel_iterations: int,
    swap_memory: bool,
) -> tuple[tf.Tensor, State]:
    """The loop of `dynamic_rnn`, over [time, batch, features]; its arguments are checked."""
    timesteps = tf.shape(inputs)[0]
    output_shape = inputs.shape[1:2].concatenate(cell.output_size)
    steps = tf.TensorArray(inputs.dtype, timesteps, element_shape=inputs.shape[1:])
    steps = steps.unstack(inputs)
    outputs = tf.TensorArray(inputs.dtype, timesteps, element_shape=output_shape)

    def step(time: tf.Tensor, outputs: tf.TensorArray, state: State) -> tuple:
        output, new_state = cell(steps.read(time), state)
        output = _promised("output", output, output_shape)
        new_state = _next_state(new_state, state)
        if sequence_length is not None:
            running = time < sequence_length  # [batch]
            output = _where(running, output, tf.zeros([], output.dtype))
            new_state = tf.nest.map_structure(
                lambda new, old: _where(running, new, old), new_state, state
            )
        return time + 1, outputs.write(time, output), new_state

    _, outputs, state = tf.while_loop(
        lambda time, *_: time < timesteps,
        step,
        (tf.constant(0), outputs, state),
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        maximum_iterations=timesteps,  # XLA needs the bound to lay out the gradient's memory
    )
    stacked = outputs.stack()  # [time, batch, output_size]
    return tf.ensure_shape(stacked, inputs.shape[:1].concatenate(output_shape)), state


def _where(mask: tf.Tensor, values: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Chooses rows: the mask covers the first axes of the values, and is true where they stay."""
    missing = values.shape.rank - mask.shape.rank
    return tf.where(mask[(..., *[tf.newaxis] * missing)], values, others)


def _next_state(new_state: State, state: State) -> State:
    """The new state in the structure and with the known shapes of the old."""
    new_parts, parts = tf.nest.flatten(new_state), tf.nest.flatten(state)
    if len(new_parts) != len(parts):
        raise ValueError(
            f"cell returned a state of {len(new_parts)} part(s) for one of {len(parts)}. Return "
            "(output, new_state), the new state in the structure of cell.state_size."
        )
    new_parts = [
        _promised("state", new, old.shape) for new, old in zip(new_parts, parts, strict=True)
    ]
    return tf.nest.pack_sequence_as(state, new_parts)


def _promised(what: str, value: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """What a cell returned, with the shape that it promised."""
    value = tf.convert_to_tensor(value)
    if not value.shape.is_compatible_with(shape):
        raise ValueError(
            f"cell returned {'an' if what == 'output' else 'a'} {what} of shape {value.shape}, "
            f"but its {what}_size and the batch promise {shape}. Make the cell's {what} and its "
            f"{what}_size agree."
        )
    value.set_shape(shape)
    return value
