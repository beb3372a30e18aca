"""A loop that is told at each step what comes next: for networks that read what they wrote."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import as_tensor, match_state
from course_utils.loop_arguments import check_cell, first_state, size_of
from course_utils.unroll.steps import Step, checked_step, rows_where, zeros


def raw_rnn(
    cell: Cell,
    loop_fn: Callable[[tf.Tensor, Any, State, Any], tuple],
    parallel_iterations: int = 32,
    swap_memory: bool = False,
) -> tuple[Any, State, Any]:
    """Runs a cell whose next input may depend on its own output, in one `tf.while_loop`.

    As in TensorFlow 1, `loop_fn(time, output, state, loop_state)` is called before the first step
    with time 0 and None for the rest, and after each step with what the cell returned. It answers

        finished, next_input, next_state, emit, loop_state

    `finished` is [batch] booleans, or one for all: which sequences end here; the loop ends when all
    have. `emit` is what goes into the outputs. Before the first step it gives only their structure,
    shapes without the batch, and dtypes; None stands for those of `cell.output_size`. `loop_state`
    is anything that `loop_fn` wants to see again, or None.

    Args:
      cell: follows `course_utils.cells.Cell`.
      loop_fn: decides what comes next.
      parallel_iterations: how many steps may run at once where they do not wait for each other.
      swap_memory: as in `dynamic_rnn`.

    Returns:
      The outputs as a `tf.TensorArray` with one [batch, ...] for each step (or a structure of
      them), zero for sequences that were finished; each sequence's last state; and the last
      `loop_state`.

    Raises:
      TypeError: if `cell` is no cell, `loop_fn` not callable, or `finished` not boolean.
      ValueError: if a state, an output or `finished` does not fit.

    Here each output is the next input, three times:

    >>> from course_utils.cells import BasicRNNCell
    >>> cell = BasicRNNCell(3)
    >>> def loop_fn(time, output, state, loop_state):
    ...     emit = output
    ...     if output is None:
    ...         output, state = tf.ones([2, 3]), cell.zero_state(2)
    ...     return tf.repeat(time >= 3, 2), output, state, emit, None
    >>> outputs, state, _ = raw_rnn(cell, loop_fn)
    >>> outputs.stack().shape, state.shape
    (TensorShape([3, 2, 3]), TensorShape([2, 3]))
    """
    check_cell(cell)
    if not callable(loop_fn):
        raise TypeError(f"loop_fn must be a function, got {loop_fn!r}. Pass the function itself.")
    finished, inputs, state, emit, loop_state = loop_fn(tf.constant(0), None, None, None)
    inputs = tf.nest.map_structure(partial(as_tensor, "next_input"), inputs)
    first = tf.nest.flatten(inputs)[0]
    batch, batch_size = first.shape[:1], size_of(first, axis=0)
    state = first_state(cell, state, batch_size, first.dtype)
    dtype = tf.nest.flatten([state, first])[0].dtype
    finished = _of_each(finished, batch, batch_size)
    emit = _emitted(cell, dtype) if emit is None else emit
    nothing = tf.nest.map_structure(lambda part: zeros(batch_size, part.shape, part.dtype), emit)
    outputs = tf.nest.map_structure(
        lambda part: tf.TensorArray(
            part.dtype, 0, dynamic_size=True, element_shape=batch.concatenate(part.shape)
        ),
        emit,
    )
    body = _body(checked_step(cell, batch_size, dtype), loop_fn, nothing)
    carried = tf.constant(0) if loop_state is None else loop_state  # a loop can't carry None
    *_, outputs, state, carried = tf.while_loop(
        lambda time, finished, *_: ~tf.reduce_all(finished),
        body,
        (tf.constant(0), finished, inputs, outputs, state, carried),
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
    )
    return outputs, state, None if loop_state is None else carried


def _emitted(cell: Cell, dtype: tf.DType) -> Any:
    """The structure and shapes of the cell's output, without the batch."""
    return tf.nest.map_structure(
        lambda size: tf.TensorSpec(tf.TensorShape([]).concatenate(size), dtype), cell.output_size
    )


def _of_each(finished: Any, batch: tf.TensorShape, batch_size: int | tf.Tensor) -> tf.Tensor:
    """`finished` as [batch] booleans; anything else could be broadcast to [batch, batch]."""
    finished = as_tensor("finished", finished)
    if finished.dtype != tf.bool:
        raise TypeError(f"finished must be boolean, got {finished.dtype.name}. Compare: time >= n.")
    if finished.shape.rank == 0:
        return tf.fill([batch_size], finished)
    if not finished.shape.is_compatible_with(batch):
        raise ValueError(
            f"finished must have the shape {batch}, one for each sequence, got {finished.shape}. "
            "For one that holds for all, give a scalar."
        )
    return tf.ensure_shape(finished, batch)


def _body(step: Step, loop_fn: Callable[..., tuple], nothing: Any) -> Callable[..., tuple]:
    """One round of the loop: the cell, then `loop_fn`, then what finished sequences keep."""

    def body(
        time: tf.Tensor, finished: tf.Tensor, inputs: Any, outputs: Any, state: State, carried: Any
    ) -> tuple:
        output, new_state = step(inputs, state)
        now_finished, next_inputs, new_state, emit, loop_state = loop_fn(
            time + 1, output, new_state, carried
        )
        emit = match_state("emit", emit, nothing)
        emit = tf.nest.map_structure(partial(rows_where, finished), nothing, emit)
        new_state = match_state("next_state", new_state, state)
        state = tf.nest.map_structure(partial(rows_where, finished), state, new_state)
        outputs = tf.nest.map_structure(lambda part, array: array.write(time, part), emit, outputs)
        next_inputs = match_state("next_input", next_inputs, inputs)
        carried = carried if loop_state is None else loop_state
        now_finished = _of_each(now_finished, finished.shape, size_of(finished, 0))
        return time + 1, finished | now_finished, next_inputs, outputs, state, carried

    return body
