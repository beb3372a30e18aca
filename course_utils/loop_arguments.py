"""What the loops through time are given: checked, and brought into one form."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.cells import Cell, State
from course_utils.cells.arguments import (
    as_tensor,
    check_flag,
    match_state,
    with_batch_size,
    with_first_sizes,
)
from course_utils.cells.calling import inner_cells


def check_cell(cell: Cell) -> None:
    """Raises TypeError unless the cell has what the loops ask for."""
    if isinstance(cell, type):
        raise TypeError(
            f"cell must be a cell, got the class {cell.__name__}. "
            f"Make one first: {cell.__name__}(units)."
        )
    # Asked of the class first: an AttentionWrapper has no sizes until it has a memory.
    names = ("state_size", "output_size", "zero_state")
    missing = [n for n in names if not (hasattr(type(cell), n) or hasattr(cell, n))]
    if missing or not callable(cell):
        raise TypeError(
            f"cell must have state_size, output_size and zero_state, and be callable; got {cell!r}"
            f"{', without ' + ', '.join(missing) if missing else ', not callable'}. "
            "Pass a cell such as course_utils.cells.BasicRNNCell(5)."
        )


def sharing(cells: Sequence[Cell]) -> tuple[int, int] | None:
    """The numbers of the first two of the cells that are one or have one inside, if any do."""
    owners: dict[int, int] = {}
    for number, cell in enumerate(cells):
        for part in _with_inner_cells(cell):
            other = owners.setdefault(id(part), number)
            if other != number:
                return other, number
    return None


def _with_inner_cells(cell: Cell) -> list[Any]:
    """The cell, what it wraps, and what that wraps, down to the innermost."""
    return [cell, *(part for each in inner_cells(cell) for part in _with_inner_cells(each))]


def check_directions(cell_fw: Cell, cell_bw: Cell) -> None:
    """Raises an error unless they are two cells, without a common one inside."""
    check_cell(cell_fw)
    check_cell(cell_bw)
    if sharing([cell_fw, cell_bw]):
        raise ValueError(
            "cell_fw and cell_bw are one cell, or one is inside both: the two directions would "
            "have the same weights. Make a cell for each, such as BasicRNNCell(5), BasicRNNCell(5)."
        )


def check_rank_3(name: str, value: tf.Tensor, layout: str) -> tf.Tensor:
    """The value as a tensor of three axes."""
    value = check_at_least_rank_3(name, value, layout)
    if value.shape.rank > 3:
        raise ValueError(f"{name} must have three axes, {layout}, got the shape {value.shape}.")
    return value


def check_at_least_rank_3(name: str, value: tf.Tensor, layout: str) -> tf.Tensor:
    """The value as a tensor of three axes or more."""
    value = as_tensor(name, value)
    if value.shape.rank is None:
        raise ValueError(
            f"{name} must have three axes, {layout}, got a tensor of unknown shape. Say what is "
            f"known of it: tf.ensure_shape({name}, [None, None, 4])."
        )
    if value.shape.rank < 3:
        raise ValueError(
            f"{name} must have three axes, {layout}, got the shape {value.shape}. "
            f"Add the missing axis, for example {name}[..., tf.newaxis] for a single feature."
        )
    return value


def check_steps(name: str, steps: Sequence[Any]) -> list[Any]:
    """The time steps as tensors, if there are any and all have one shape [batch, features, ...].

    A step may be a structure of tensors; then the same holds for each part of it.
    """
    if not isinstance(steps, list | tuple):
        raise TypeError(
            f"{name} must be a list with one tensor [batch, features] a time step, got "
            f"{type(steps).__name__}. unpack_sequence makes it from [batch, time, features]."
        )
    if not steps:
        raise ValueError(f"{name} must hold at least one time step, got an empty list. Add one.")
    steps = [
        tf.nest.map_structure(partial(as_tensor, f"{name}[{i}]"), step)
        for i, step in enumerate(steps)
    ]
    for i, step in enumerate(steps):
        tf.nest.map_structure(partial(_check_step, f"{name}[{i}]"), step, steps[0])
    return steps


def _check_step(name: str, step: tf.Tensor, first: tf.Tensor) -> None:
    enough = first.shape.rank is not None and first.shape.rank >= 2
    expected = first.shape if enough else tf.TensorShape([None, None])
    if not step.shape.is_compatible_with(expected):
        raise ValueError(
            f"{name.partition('[')[0]} must hold tensors [batch, features] of one shape, here "
            f"{expected}, but {name} has the shape {step.shape}. Reshape it."
        )


def check_sequences(inputs: Any, time_major: bool) -> Any:
    """The inputs of `dynamic_rnn` as [time, batch, ...], each part of them.

    All parts then know the batch and the number of steps that one of them knows.
    """
    layout = (
        "[time, batch, features]"
        if check_flag("time_major", time_major)
        else "[batch, time, features]"
    )
    check = partial(check_at_least_rank_3, "inputs", layout=layout)
    if _is_one_batch(inputs):
        inputs = check(inputs)
    inputs = tf.nest.map_structure(check, inputs)
    if not time_major:
        inputs = tf.nest.map_structure(swap_batch_and_time, inputs)
    common = tf.TensorShape([None, None])
    for part in tf.nest.flatten(inputs):
        if not common.is_compatible_with(part.shape[:2]):
            raise ValueError(
                f"The parts of inputs must agree in time and batch; one has {common} of these, "
                f"another one {part.shape[:2]}. Pad the shorter one."
            )
        common = common.merge_with(part.shape[:2])
    first = tf.nest.flatten(inputs)[0]
    return tf.nest.map_structure(partial(_of_common_size, first, common), inputs)


def _of_common_size(first: tf.Tensor, common: tf.TensorShape, part: tf.Tensor) -> tf.Tensor:
    """The part of inputs, of the batch and time of the first, as far as is known by now."""
    if part is not first and not common.is_fully_defined():
        message = "The parts of inputs must agree in time and batch. Pad the shorter one."
        part = with_first_sizes(part, tf.unstack(tf.shape(first)[:2]), message)
    return tf.ensure_shape(part, common.concatenate(part.shape[2:]))


def _is_one_batch(inputs: Any) -> bool:
    """Whether inputs are one tensor, or a list of numbers or of sequences, which becomes one."""
    if isinstance(inputs, Mapping) or hasattr(inputs, "_fields"):
        return False
    shapes = [tf.TensorShape(getattr(x, "shape", [])) for x in tf.nest.flatten(inputs)]
    return not tf.nest.is_nested(inputs) or all(s.rank is not None and s.rank < 3 for s in shapes)


def swap_batch_and_time(values: tf.Tensor) -> tf.Tensor:
    """[batch, time, ...] from [time, batch, ...], and the reverse."""
    return tf.transpose(values, [1, 0, *range(2, values.shape.rank)])


def check_lengths(
    lengths: tf.Tensor,
    batch_size: int | tf.Tensor,
    timesteps: int | tf.Tensor,
    lowest: int,
    name: str = "sequence_length",
) -> tf.Tensor:
    """The lengths as [batch] int32, each of them in lowest..timesteps.

    Where values are unknown while a graph is traced, they are checked when it runs. XLA leaves
    such checks out: compiled by it, the number of lengths is checked, and their values are not.

    Args:
      lengths: [batch] integers.
      batch_size: how many there must be; a tensor where it is unknown.
      timesteps: the largest that is allowed, likewise.
      lowest: the smallest.
      name: of the argument, for messages.

    Raises:
      TypeError: if they are no integers.
      ValueError: if their shape or a known value does not fit.
      tf.errors.InvalidArgumentError: the same, in a graph that runs.
    """
    lengths = as_tensor(name, lengths)
    if not lengths.dtype.is_integer:
        raise TypeError(
            f"{name} must hold integers, got {lengths.dtype.name}. "
            f"Convert it: tf.cast({name}, tf.int32)."
        )
    expected = tf.TensorShape([tf.get_static_value(batch_size)])
    if not lengths.shape.is_compatible_with(expected):
        raise ValueError(
            f"{name} must have the shape {expected}, one length for each sequence of the "
            f"batch, got {lengths.shape}. Give each sequence its own length."
        )
    lengths = _in_range(name, lengths, lowest, timesteps)
    lengths = with_batch_size(name, tf.ensure_shape(lengths, expected), batch_size)
    if lengths.dtype.is_unsigned:  # TensorFlow can't clip all of these
        lengths = tf.cast(lengths, tf.int64)
    return tf.saturate_cast(lengths, tf.int32)


def _in_range(name: str, lengths: tf.Tensor, lowest: int, timesteps: int | tf.Tensor) -> tf.Tensor:
    """The lengths, checked now if they are known, else when the graph runs."""
    highest, values = tf.get_static_value(timesteps), tf.get_static_value(lengths)
    message = f"{name} must be in {lowest}..{'time' if highest is None else highest}, got "
    advice = ". Count the real steps of each sequence; padding does not count."
    if values is not None:
        if not ((lowest <= values) & (values <= (np.inf if highest is None else highest))).all():
            raise ValueError(f"{message}{values.tolist()}{advice}")
        if highest is not None:
            return lengths
    wide = tf.cast(lengths, tf.int64)  # an int8 can't be held against 200 steps
    fit = tf.reduce_all((wide >= lowest) & (wide <= tf.cast(timesteps, tf.int64)))
    with tf.control_dependencies([tf.debugging.Assert(fit, [message, lengths, advice])]):
        return tf.identity(lengths)


def size_of(inputs: tf.Tensor, axis: int) -> int | tf.Tensor:
    """The size of an axis: a number if it is known, else a tensor."""
    known = inputs.shape[axis]
    return tf.shape(inputs)[axis] if known is None else known


def first_state(
    cell: Cell, initial_state: State, batch_size: int | tf.Tensor, dtype: tf.DType
) -> State:
    """The state to start from, in the structure and with the shapes of cell.state_size."""
    name = "initial_state"
    if initial_state is None:
        name = "cell.zero_state(...)"
        initial_state = cell.zero_state(batch_size, dtype)
    parts, sizes = tf.nest.flatten(initial_state), tf.nest.flatten(cell.state_size)
    if len(parts) != len(sizes):
        raise ValueError(
            f"{name} has {len(parts)} part(s), but cell.state_size = {cell.state_size} asks for "
            f"{len(sizes)}. Give one tensor [batch, width] for each width."
        )
    return tf.nest.map_structure(
        lambda size, part: _state_part(name, part, batch_size, size),
        cell.state_size,
        match_state(name, initial_state, cell.state_size),
    )


def _state_part(
    name: str, part: tf.Tensor, batch_size: int | tf.Tensor, size: int | tf.TensorShape
) -> tf.Tensor:
    part = as_tensor(name, part)
    expected = tf.TensorShape([tf.get_static_value(batch_size)]).concatenate(size)
    if not part.shape.is_compatible_with(expected):
        raise ValueError(
            f"{name} must have the shape {expected}, the batch size of the inputs by "
            f"cell.state_size; got {part.shape}. Start from cell.zero_state(batch_size), or from "
            "the final state of a run with the same batch."
        )
    return tf.ensure_shape(with_batch_size(name, part, batch_size), expected)
