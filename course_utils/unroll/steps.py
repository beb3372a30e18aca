"""One step in a loop: the cell is held to its promises, and sequences that ended stand still."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import match_state, with_batch_size
from course_utils.cells.calling import forget_masks
from course_utils.loop_arguments import check_lengths

Step = Callable[[Any, State], tuple[Any, State]]  # inputs and a state to output and next state


def checked_step(cell: Cell, batch_size: int | tf.Tensor, dtype: tf.DType) -> Step:
    """The cell as a function whose output and state have the promised structure and shapes.

    Args:
      cell: follows `course_utils.cells.Cell`.
      batch_size: how many rows each step has; a tensor where it is unknown.
      dtype: of the outputs.
    """

    def step(inputs: Any, state: State) -> tuple[Any, State]:
        output, new_state = cell(inputs, state)
        forget_masks(cell)
        output = _promised_output(output, cell, batch_size, dtype)
        return output, _next_state(new_state, state, batch_size)

    return step


def step_of_running(step: Step, running: tf.Tensor, longest: tf.Tensor) -> Step:
    """The step for those sequences that still run; the state of the others stays as it is.

    The others compute something as well, since a batch is computed as one. What that is must not
    matter, and a NaN would: it reaches the gradient of the weights as 0 × NaN. So they compute
    what the longest sequence does, which really happens, without a gradient to it.

    Args:
      step: from `checked_step`. Its inputs are already those of the longest sequence where a
        sequence has ended.
      running: [batch] booleans.
      longest: [batch] times the row of the longest sequence, which runs.

    Returns:
      The step; its output is not masked.
    """

    def run(inputs: Any, state: State) -> tuple[Any, State]:
        safe = tf.nest.map_structure(
            lambda part: rows_where(running, part, tf.stop_gradient(tf.gather(part, longest))),
            state,
        )
        output, new_state = step(inputs, safe)
        return output, tf.nest.map_structure(partial(rows_where, running), new_state, state)

    return run


def lengths_in_range(
    sequence_length: tf.Tensor, batch_size: int | tf.Tensor, timesteps: int | tf.Tensor
) -> tf.Tensor:
    """The lengths as [batch] int32 in 0..timesteps.

    Those out of range are refused, but where XLA has left the check out: there they are clipped.
    """
    lengths = check_lengths(sequence_length, batch_size, timesteps, lowest=0)
    if tf.get_static_value(lengths) is not None:
        return lengths
    return tf.clip_by_value(lengths, 0, timesteps)


def longest_row(sequence_length: tf.Tensor) -> tf.Tensor:
    """[batch] times the same: the row of a longest sequence."""
    row = tf.argsort(sequence_length, direction="DESCENDING")[:1]  # [0] if the batch is empty
    return tf.broadcast_to(row, tf.shape(sequence_length))


def reaching_weights(cell: Cell, run: Any, steps: int | tf.Tensor) -> Any:
    """What a run of so many steps gave, with gradients for the cell's weights if there were none.

    They are zeros, as those of a loop in a graph. Outside of one a loop without a step never gets
    to the cell, and a tape would give None.
    """
    if not tf.executing_eagerly() or steps > 0:
        return run
    weights = getattr(cell, "trainable_variables", ())
    nothing = [tf.reduce_sum(tf.reshape(weight, [-1])[:0]) for weight in weights]  # 0, even of NaN
    return tf.nest.map_structure(
        lambda part: (
            part + sum(tf.cast(n, part.dtype) for n in nothing) if part.dtype.is_floating else part
        ),
        run,
    )


def rows_where(mask: tf.Tensor, rows: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Rows of two tensors of one shape, by a mask [batch]; TensorFlow 1's is faster at this."""
    return tf.compat.v1.where(mask, rows, others)


def where(mask: tf.Tensor, values: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Chooses rows: the mask covers the first axes of the values, and is true where they stay."""
    missing = values.shape.rank - mask.shape.rank
    return tf.where(mask[(..., *[tf.newaxis] * missing)], values, others)


def zeros(batch_size: int | tf.Tensor, size: int | tf.TensorShape, dtype: tf.DType) -> tf.Tensor:
    """What stands for the output of a step that was not made."""
    return tf.zeros(tf.concat([[batch_size], tf.TensorShape([]).concatenate(size)], 0), dtype)


def _promised_output(output: Any, cell: Cell, batch_size: int | tf.Tensor, dtype: tf.DType) -> Any:
    batch = tf.TensorShape([tf.get_static_value(batch_size)])
    output = match_state("The output of cell", output, cell.output_size)
    return tf.nest.map_structure(
        lambda size, part: _promised("output", part, batch.concatenate(size), dtype, batch_size),
        cell.output_size,
        output,
    )


def _next_state(new_state: State, state: State, batch_size: int | tf.Tensor) -> State:
    """The new state in the structure and with the known shapes of the old."""
    found, expected = len(tf.nest.flatten(new_state)), len(tf.nest.flatten(state))
    if found != expected:
        raise ValueError(
            f"cell returned a state of {found} part(s) for one of {expected}. Return "
            "(output, new_state), the new state in the structure of cell.state_size."
        )
    return tf.nest.map_structure(
        lambda new, old: _promised("state", new, old.shape, old.dtype, batch_size),
        match_state("The state that cell returned", new_state, state),
        state,
    )


def _promised(
    what: str, value: Any, shape: tf.TensorShape, dtype: tf.DType, batch_size: int | tf.Tensor
) -> tf.Tensor:
    """What a cell returned, with the shape and the dtype that it promised."""
    value = tf.convert_to_tensor(value)
    article = "an" if what == "output" else "a"
    if not value.shape.is_compatible_with(shape):
        raise ValueError(
            f"cell returned {article} {what} of shape {value.shape}, "
            f"but its {what}_size and the batch promise {shape}. Make the cell's {what} and its "
            f"{what}_size agree."
        )
    if value.dtype != dtype:
        raise TypeError(
            f"cell returned {article} {what} of {value.dtype.name}, in a run of {dtype.name}. "
            f"Cast it in the cell, or give the loop dtype=tf.{value.dtype.name}."
        )
    if shape[0] is None and value.shape[0] is not None:  # one row would go on for all
        value = with_batch_size(f"The {what} of cell", value, batch_size)
    value.set_shape(shape)
    return value
