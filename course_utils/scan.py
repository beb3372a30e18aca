"""Linear recurrences h_t = a_t * h_(t-1) + b_t: a step at a time, in rounds, by convolution.

A step (a, b) stands for h -> a h + b. Two steps after each other are one of the same kind, and any
bracketing of many gives the same: so all prefixes are there after ceil(log2 time) rounds, each of
which is one operation on whole tensors. Blelloch, "Prefix sums and their applications" (1990); for
recurrent networks Martin and Cundy, "Parallelizing linear recurrent neural nets over sequence
length" (2018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import keras
import tensorflow as tf

from course_utils.cells import Cell
from course_utils.cells.arguments import as_tensor, with_batch_size, with_first_sizes
from course_utils.loop_arguments import (
    check_cell,
    check_rank_3,
    check_sequences,
    first_state,
    size_of,
)
from course_utils.unroll.dynamic import checked_lengths
from course_utils.unroll.steps import where

Recurrence = Callable[[tf.Tensor, tf.Tensor, Any], tf.Tensor]


class LinearCell(Cell, Protocol):
    """A cell whose step is linear in its state, as `course_utils.cells.MinGRUCell`."""

    def linear_step(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The two of h = a * h + b, each [batch, units], for inputs [batch, features]."""


def by_loop(a: Any, b: Any, initial_state: Any = None) -> tf.Tensor:
    """The recurrence step by step, in one `tf.while_loop`: as many steps as there are in time.

    Args:
      a: [batch, time, units], what each step multiplies the state by.
      b: [batch, time, units], what it adds.
      initial_state: [batch, units], the state before the first step; None means zeros.

    Returns:
      [batch, time, units], the state after each step.

    Raises:
      TypeError: if a dtype does not fit.
      ValueError: if a shape does not fit.

    >>> by_loop([[[2.0], [3.0]]], [[[1.0], [1.0]]], [[5.0]]).numpy().ravel()
    array([11., 34.], dtype=float32)
    """
    a, b, state = _checked(a, b, initial_state)
    if a.shape[1] == 0:
        return b
    timesteps = tf.shape(a)[1]
    steps = [tf.transpose(part, [1, 0, 2]) for part in (a, b)]  # [time, batch, units]
    room = tf.TensorArray(b.dtype, timesteps, element_shape=state.shape)

    def body(time: tf.Tensor, state: tf.Tensor, room: tf.TensorArray) -> tuple[Any, ...]:
        state = tf.ensure_shape(steps[0][time] * state + steps[1][time], state.shape)
        return time + 1, state, room.write(time, state)

    _, _, room = tf.while_loop(lambda time, *_: time < timesteps, body, (0, state, room))
    return tf.ensure_shape(tf.transpose(room.stack(), [1, 0, 2]), b.shape)


def in_rounds(a: Any, b: Any, initial_state: Any = None) -> tf.Tensor:
    """The recurrence in ceil(log2 time) rounds, after Hillis and Steele (1986).

    In round k each entry, which stands for the 2^k steps up to its own, is combined with the one
    2^k places before it. Arguments, result and errors are those of `by_loop`.

    >>> in_rounds([[[2.0], [3.0]]], [[[1.0], [1.0]]], [[5.0]]).numpy().ravel()
    array([11., 34.], dtype=float32)
    """
    a, b = _with_state(*_checked(a, b, initial_state))
    timesteps = tf.shape(a)[1]

    def body(reach: tf.Tensor, a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, ...]:
        before_a, before_b = _later(a, reach, 1), _later(b, reach, 0)
        return 2 * reach, a * before_a, a * before_b + b

    if a.shape[1] is not None:  # so few rounds need no loop
        reach = 1
        while reach < a.shape[1]:
            reach, a, b = body(reach, a, b)
        return b
    shapes = (tf.TensorShape([]), a.shape, b.shape)
    rounds = tf.while_loop(lambda reach, *_: reach < timesteps, body, (1, a, b), shapes)
    return rounds[2]


def by_keras(a: Any, b: Any, initial_state: Any = None) -> tf.Tensor:
    """The recurrence by `keras.ops.associative_scan`; time must be known, and XLA can't compile it.

    Arguments, result and errors are those of `by_loop`.

    >>> by_keras([[[2.0], [3.0]]], [[[1.0], [1.0]]], [[5.0]]).numpy().ravel()
    array([11., 34.], dtype=float32)
    """
    a, b = _with_state(*_checked(a, b, initial_state))
    if not a.shape[1]:
        if a.shape[1] is None:
            raise ValueError("by_keras needs a known time. Take in_rounds, or tf.ensure_shape.")
        return b
    return keras.ops.associative_scan(combine, (a, b), axis=1)[1]


def combine(
    first: tuple[tf.Tensor, tf.Tensor], second: tuple[tf.Tensor, tf.Tensor]
) -> tuple[tf.Tensor, tf.Tensor]:
    """One step for two: `second` after `first`.

    >>> combine((2.0, 1.0), (3.0, 4.0))  # 3 (2 h + 1) + 4
    (6.0, 7.0)
    """
    return second[0] * first[0], second[0] * first[1] + second[1]


def by_convolution(a: Any, b: Any) -> tf.Tensor:
    """The recurrence with one constant a for each unit, from a zero state, by FFT.

    Then h_t is the sum of a^k b_(t-k) over k: a convolution, which is a product of transforms.
    Both are padded to twice their length, or the end would run into the beginning.

    Args:
      a: [units], the same at all steps, of a size of at most 1.
      b: [batch, time, units], float32 or float64, what each step adds.

    Returns:
      [batch, time, units], the state after each step, to the accuracy of the transform: about
      1e-6 of the largest value in float32.

    Raises:
      TypeError: if a dtype does not fit.
      ValueError: if a shape does not fit.

    >>> by_convolution([0.5], [[[8.0], [0.0], [4.0]]]).numpy().ravel().round(4)
    array([8., 4., 6.], dtype=float32)
    """
    b = check_rank_3("b", b, "[batch, time, units]")
    a = tf.convert_to_tensor(a, b.dtype)
    if not a.shape.is_compatible_with(b.shape[2:]) or a.shape.rank != 1:
        raise ValueError(f"a must have the shape {b.shape[2:]}, one number a unit, got {a.shape}.")
    timesteps = tf.shape(b)[1]
    steps = tf.cast(tf.range(timesteps), b.dtype)
    kernel = tf.pow(a[:, tf.newaxis], steps)  # [units, time], 0^0 = 1
    length = [2 * timesteps]
    of_b = tf.signal.rfft(tf.transpose(b, [0, 2, 1]), length)
    h = tf.signal.irfft(of_b * tf.signal.rfft(kernel, length), length)
    return tf.ensure_shape(tf.transpose(h, [0, 2, 1])[:, :timesteps], b.shape)


def scan_rnn(
    cell: LinearCell,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    recurrence: Recurrence = in_rounds,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Runs a cell whose step is linear in its state over all steps at once.

    Args:
      cell: as `course_utils.cells.MinGRUCell`.
      inputs: [batch, time, features].
      sequence_length: [batch] integers in 0..time; None means that every sequence is full.
      initial_state: [batch, units]; None means zeros.
      recurrence: `in_rounds`, `by_loop` or `by_keras`.

    Returns:
      What `course_utils.unroll.dynamic_rnn` does: the outputs [batch, time, units], zero past each
      sequence's end, and the state after each sequence's last step.

    Raises:
      TypeError: if the cell's step is not linear, or a dtype does not fit.
      ValueError: if a shape or a length does not fit.

    >>> from course_utils.cells import MinGRUCell
    >>> outputs, state = scan_rnn(MinGRUCell(5), tf.ones([2, 3, 4]), sequence_length=[1, 3])
    >>> outputs.shape, bool(tf.reduce_all(outputs[0, 1:] == 0))
    (TensorShape([2, 3, 5]), True)
    """
    check_cell(cell)
    if not hasattr(cell, "linear_step"):
        raise TypeError(
            f"scan_rnn needs a cell whose step is linear in its state, with a linear_step; "
            f"{type(cell).__name__} has none. Take dynamic_rnn, or MinGRUCell."
        )
    steps = check_rank_3("inputs", check_sequences(inputs, False), "[time, batch, features]")
    timesteps, batch_size = (tf.shape(steps)[axis] for axis in (0, 1))
    state = first_state(cell, initial_state, size_of(steps, 1), steps.dtype)
    real = None
    if sequence_length is not None:
        real = tf.range(timesteps)[:, tf.newaxis] < checked_lengths(sequence_length, steps)
        steps = where(real, steps, tf.zeros([], steps.dtype))
    rows = cell.linear_step(tf.reshape(steps, [timesteps * batch_size, steps.shape[2]]))
    a, b = (_by_sequence(part, steps) for part in rows)
    if real is None:
        states = recurrence(a, b, state)
    else:  # what follows the end leaves the state as it is
        real = tf.transpose(real)  # [batch, time]
        ones, nothing = tf.ones([], a.dtype), tf.zeros([], a.dtype)
        states = recurrence(where(real, a, ones), where(real, b, nothing), state)
    last = tf.concat([state[:, tf.newaxis], states], axis=1)[:, -1]
    return (states if real is None else where(real, states, nothing)), last


def _by_sequence(rows: tf.Tensor, steps: tf.Tensor) -> tf.Tensor:
    """[batch, time, units] from rows [time * batch, units], as many as the steps have."""
    shape = tf.concat([tf.shape(steps)[:2], tf.shape(rows)[1:]], axis=0)
    by_step = tf.ensure_shape(tf.reshape(rows, shape), steps.shape[:2] + rows.shape[1:])
    return tf.transpose(by_step, [1, 0, 2])


def _later(values: tf.Tensor, steps: int | tf.Tensor, filling: float) -> tf.Tensor:
    """The values so many steps later, with a number where nothing was before."""
    kept = values[:, : tf.shape(values)[1] - steps]
    later = tf.pad(kept, [[0, 0], [steps, 0], [0, 0]], constant_values=filling)
    return tf.ensure_shape(later, values.shape)


def _with_state(a: tf.Tensor, b: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The steps with the initial state put into the first one's b."""
    first = a[:, :1] * state[:, tf.newaxis] + b[:, :1]
    return a, tf.ensure_shape(tf.concat([first, b[:, 1:]], axis=1), b.shape)


def _checked(a: Any, b: Any, initial_state: Any) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """All three as tensors whose shapes and dtypes fit."""
    a, b = (check_rank_3(name, part, "[batch, time, units]") for name, part in (("a", a), ("b", b)))
    if not a.shape.is_compatible_with(b.shape):
        raise ValueError(
            f"a and b must have one shape, got {a.shape} and {b.shape}. Broadcast the smaller one: "
            "tf.broadcast_to(a, tf.shape(b))."
        )
    if not a.dtype.is_floating or a.dtype != b.dtype:
        raise TypeError(
            f"a and b must be of one floating-point type, got {a.dtype.name} and {b.dtype.name}. "
            f"Convert them: tf.cast(a, tf.float32)."
        )
    a = with_first_sizes(a, tf.unstack(tf.shape(b)), "a and b must have one shape.")
    a, b = tf.ensure_shape(a, b.shape), tf.ensure_shape(b, a.shape)
    if initial_state is None:
        return a, b, tf.ensure_shape(tf.zeros(tf.shape(b)[::2], b.dtype), b.shape[::2])
    state = as_tensor("initial_state", initial_state)
    if state.dtype != b.dtype or not state.shape.is_compatible_with(b.shape[::2]):
        raise ValueError(
            f"initial_state must be {b.dtype.name} of the shape {b.shape[::2]}, batch by units, "
            f"got {state.dtype.name} of the shape {state.shape}. Take the last state of a run."
        )
    return a, b, with_batch_size("initial_state", state, tf.shape(b)[0])
