"""One loop for every length: a graph whose size does not depend on the number of steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.loop_arguments import (
    check_cell,
    check_directions,
    check_sequences,
    first_state,
    size_of,
    swap_batch_and_time,
)
from course_utils.unroll.sequences import reverse
from course_utils.unroll.steps import (
    Step,
    checked_step,
    lengths_in_range,
    longest_row,
    reaching_weights,
    step_of_running,
    where,
    zeros,
)


def dynamic_rnn(
    cell: Cell,
    inputs: Any,
    sequence_length: tf.Tensor | None = None,
    initial_state: State = None,
    time_major: bool = False,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    dtype: tf.DType | None = None,
) -> tuple[Any, State]:
    """Runs a cell over a batch of sequences in one `tf.while_loop`.

    Inside a `tf.function` the graph has the same size for any number of steps, and one trace
    serves all of them. What follows a sequence's end changes nothing, neither values nor gradients.

    Args:
      cell: follows `course_utils.cells.Cell`.
      inputs: [batch, time, features], or more axes of features, or a tuple or dict of such
        tensors, of which the cell gets one step each; time and batch may be unknown.
      sequence_length: [batch] integers in 0..time; None means that every sequence is full. XLA
        can't raise an error for a value: with `jit_compile`, a larger one counts as `time`.
      initial_state: the state before the first step; None means `cell.zero_state`.
      time_major: whether inputs and outputs are [time, batch, ...] in place of [batch, time, ...].
      parallel_iterations: how many steps may run at once where they do not wait for each other.
      swap_memory: whether values kept for the gradient may move from the GPU to main memory;
        `tf.while_loop` heeds it only where classic control flow is switched on.
      dtype: of the outputs and of the zero state; None means that of the (first) inputs. A cell
        that takes ids, say, needs it.

    Returns:
      The outputs, [batch, time, output_size], zero past each sequence's end, in the structure of
      `cell.output_size`, and the state after each sequence's last real step, in the structure of
      `cell.state_size`.

    Raises:
      TypeError: if `cell` is no cell, or `sequence_length` is not of integers, or the inputs are
        ragged, or the cell's outputs are not of the dtype.
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
    inputs = check_sequences(inputs, time_major)  # [time, batch, ...]
    lengths = checked_lengths(sequence_length, inputs)
    options = {"parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
    outputs, state = _run(cell, inputs, lengths, initial_state, dtype, options)
    return (outputs if time_major else tf.nest.map_structure(swap_batch_and_time, outputs)), state


def bidirectional_dynamic_rnn(
    cell_fw: Cell,
    cell_bw: Cell,
    inputs: Any,
    sequence_length: tf.Tensor | None = None,
    initial_state_fw: State = None,
    initial_state_bw: State = None,
    time_major: bool = False,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    dtype: tf.DType | None = None,
) -> tuple[tuple[Any, Any], tuple[State, State]]:
    """Runs one cell forwards and another one backwards over a batch of sequences.

    The backward cell starts at each sequence's own last step, and its outputs are put back in
    order: at step t both outputs belong to the input of step t.

    Args:
      cell_fw: runs from the first step to the last.
      cell_bw: runs from the last step to the first; a cell of its own, with its own weights.
      inputs: [batch, time, features], or what else `dynamic_rnn` takes.
      sequence_length: as in `dynamic_rnn`.
      initial_state_fw: the state before the first step; None means `cell_fw.zero_state`.
      initial_state_bw: the state after the last step; None means `cell_bw.zero_state`.
      time_major: as in `dynamic_rnn`, as the two options after it.
      parallel_iterations: how many steps may run at once.
      swap_memory: whether values kept for the gradient may move to main memory.
      dtype: of the outputs and of the zero states, as in `dynamic_rnn`.

    Returns:
      The outputs (forward, backward), each [batch, time, output_size] and zero past each
      sequence's end, and the states that the two cells end with.

    Raises:
      TypeError: as `dynamic_rnn`.
      ValueError: as `dynamic_rnn`, and if both cells are one, bare or inside wrappers.

    >>> from course_utils.cells import BasicRNNCell
    >>> outputs, states = bidirectional_dynamic_rnn(
    ...     BasicRNNCell(5), BasicRNNCell(6), tf.ones([2, 3, 4]), sequence_length=[1, 3]
    ... )
    >>> outputs[0].shape, outputs[1].shape, states[0].shape, states[1].shape
    (TensorShape([2, 3, 5]), TensorShape([2, 3, 6]), TensorShape([2, 5]), TensorShape([2, 6]))
    """
    check_directions(cell_fw, cell_bw)
    inputs = check_sequences(inputs, time_major)  # [time, batch, ...]
    lengths = checked_lengths(sequence_length, inputs)
    options = {"parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
    forward, state_fw = _run(cell_fw, inputs, lengths, initial_state_fw, dtype, options)
    turned = reverse(inputs, lengths, time_major=True)
    backward, state_bw = _run(cell_bw, turned, lengths, initial_state_bw, dtype, options)
    outputs = (forward, reverse(backward, lengths, time_major=True))
    if not time_major:
        outputs = tf.nest.map_structure(swap_batch_and_time, outputs)
    return outputs, (state_fw, state_bw)


def checked_lengths(sequence_length: tf.Tensor | None, inputs: Any) -> tf.Tensor | None:
    """The lengths of [time, batch, ...] inputs, as [batch] int32, or None as it is."""
    if sequence_length is None:
        return None
    timesteps, batch_size = (size_of(tf.nest.flatten(inputs)[0], axis) for axis in (0, 1))
    return lengths_in_range(sequence_length, batch_size, timesteps)


def _run(cell: Cell, inputs: Any, lengths: tf.Tensor | None, *arguments: Any) -> tuple[Any, State]:
    """A run over [time, batch, ...]; all but the state is checked."""
    steps = size_of(tf.nest.flatten(inputs)[0], 0) if lengths is None else tf.reduce_max(lengths)
    return reaching_weights(cell, _run_steps(cell, inputs, lengths, *arguments), steps)


def _run_steps(
    cell: Cell,
    inputs: Any,
    lengths: tf.Tensor | None,
    initial_state: State,
    dtype: tf.DType | None,
    options: dict[str, Any],
) -> tuple[Any, State]:
    first = tf.nest.flatten(inputs)[0]
    timesteps, batch_size = (size_of(first, axis) for axis in (0, 1))
    dtype = tf.as_dtype(dtype or first.dtype)
    state = first_state(cell, initial_state, batch_size, dtype)
    step = checked_step(cell, batch_size, dtype)
    outputs = tf.nest.map_structure(
        lambda size: _array(first, size, dtype, full=lengths is None), cell.output_size
    )
    if lengths is None:
        outputs, state = _loop(lambda _: step, inputs, outputs, state, timesteps, options)
        return tf.nest.map_structure(partial(_stacked, timesteps), outputs), state

    real = tf.range(timesteps)[:, tf.newaxis] < lengths  # [time, batch]
    longest = longest_row(lengths)
    inputs = tf.nest.map_structure(
        lambda part: where(real, part, tf.stop_gradient(tf.gather(part, longest[:1], axis=1))),
        inputs,
    )

    def step_at(time: tf.Tensor) -> Step:
        return step_of_running(step, time < lengths, longest)

    # No step after the last real one: there the longest sequence would be padding as well.
    last = tf.reduce_max(lengths)
    outputs, state = _loop(step_at, inputs, outputs, state, last, options)
    outputs = tf.nest.map_structure(partial(_stacked, timesteps), outputs)
    return tf.nest.map_structure(partial(where, real, others=tf.zeros([], dtype)), outputs), state


def _array(
    first: tf.Tensor, size: int | tf.TensorShape, dtype: tf.DType, full: bool
) -> tf.TensorArray:
    """Room for one part of the outputs; `full` if every step will surely write."""
    timesteps, batch_size = (size_of(first, axis) for axis in (0, 1))
    element_shape = first.shape[1:2].concatenate(size)
    if full and tf.get_static_value(timesteps):
        return tf.TensorArray(dtype, timesteps, element_shape=element_shape)
    # Nothing can be stacked if nothing was written: TensorFlow would not know the shape.
    array = tf.TensorArray(dtype, tf.maximum(timesteps, 1), element_shape=element_shape)
    return array.write(0, zeros(batch_size, size, dtype))


def _stacked(timesteps: int | tf.Tensor, array: tf.TensorArray) -> tf.Tensor:
    """[time, batch, ...]: what was written, and zeros where nothing was."""
    known, values = tf.get_static_value(timesteps), array.stack()
    values = values if known else values[:timesteps]
    return tf.ensure_shape(values, tf.TensorShape([known]).concatenate(values.shape[1:]))


def _loop(
    step_at: Callable[[tf.Tensor], Step],
    inputs: Any,
    outputs: Any,
    state: State,
    last: int | tf.Tensor,
    options: dict[str, Any],
) -> tuple[Any, State]:
    """Writes the outputs of the steps before `last`; returns them and the state after these."""
    inputs = tf.nest.map_structure(_at_least_one_step, inputs)
    timesteps = tf.shape(tf.nest.flatten(inputs)[0])[0]
    steps = tf.nest.map_structure(_unstacked, inputs)

    def body(time: tf.Tensor, outputs: Any, state: State) -> tuple[tf.Tensor, Any, State]:
        step_inputs = tf.nest.map_structure(lambda array: array.read(time), steps)
        output, new_state = step_at(time)(step_inputs, state)
        written = tf.nest.map_structure(
            lambda part, array: array.write(time, part), output, outputs
        )
        return time + 1, written, new_state

    _, outputs, state = tf.while_loop(
        lambda time, *_: time < last,
        body,
        (tf.constant(0), outputs, state),
        maximum_iterations=timesteps,  # XLA needs the bound to lay out the gradient's memory
        **options,
    )
    return outputs, state


def _at_least_one_step(values: tf.Tensor) -> tf.Tensor:
    """The values [time, batch, ...], or zeros: XLA compiles a step even if there is none."""
    if values.shape[0] == 0:
        return tf.zeros(tf.concat([[1], tf.shape(values)[1:]], axis=0), values.dtype)
    return values


def _unstacked(values: tf.Tensor) -> tf.TensorArray:
    array = tf.TensorArray(values.dtype, tf.shape(values)[0], element_shape=values.shape[1:])
    return array.unstack(values)
