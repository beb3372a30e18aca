"""Recurrent cells: the weights of a network and one step of it through time."""

import math
import operator
from collections.abc import Callable
from typing import Any, Protocol

import tensorflow as tf

# A tensor, or any structure of tensors (tuple, named tuple, list, dict).
State = Any


class Cell(Protocol):
    """What `static_rnn` and `dynamic_rnn` ask of a cell.

    `tf.compat.v1.nn.static_rnn` and `dynamic_rnn` ask for the same, so one object serves all four.

    Attributes:
      state_size: the width of the state; for a state of several parts, the same structure with a
        width (or, for a part [batch, n, m, ...], a `tf.TensorShape([n, m, ...])`) for each part.
      output_size: the width of the output.
    """

    @property
    def state_size(self) -> Any: ...  # noqa: D102 - said above

    @property
    def output_size(self) -> int: ...  # noqa: D102

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """The state before the first step, every part of it [batch_size, width] zeros."""

    def __call__(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """One step: [batch, features] and a state to [batch, output_size] and the next state."""


class BasicRNNCell(tf.Module):
    """The simplest recurrent cell: its output is its next state.

    output = activation(inputs @ kernel + state @ recurrent_kernel + bias)

    The first call makes the weights, because only then is the number of features known. They take
    the dtype of its inputs, and the distributions that Keras's `SimpleRNN` starts from. The first
    call may happen inside a `tf.function`, in its first trace; it costs that function a second.

    Args:
      units: width of the state and of the output, a positive integer.
      activation: what is applied to the sum, elementwise.

    Attributes:
      kernel: [features, units], what the inputs are multiplied by.
      recurrent_kernel: [units, units], what the state is multiplied by.
      bias: [units].

    Raises:
      TypeError: if `units` is not an integer, or `activation` not callable.
      ValueError: if `units` is less than 1.

    >>> cell = BasicRNNCell(5)
    >>> output, state = cell(tf.ones([4, 3]), cell.zero_state(4))
    >>> output.shape, cell.kernel.shape, cell.recurrent_kernel.shape
    (TensorShape([4, 5]), TensorShape([3, 5]), TensorShape([5, 5]))
    """

    def __init__(self, units: int, activation: Callable[[tf.Tensor], tf.Tensor] = tf.tanh):
        super().__init__()
        if not callable(activation):
            raise TypeError(
                f"activation must be a function of a tensor, got {activation!r}. "
                "Pass the function itself, for example tf.tanh or tf.nn.relu."
            )
        self.units = _positive_integer("units", units)
        self.activation = activation
        # Made by the first call.
        self.kernel: tf.Variable = None
        self.recurrent_kernel: tf.Variable = None
        self.bias: tf.Variable = None

    @property
    def state_size(self) -> int:
        """Width of the state: `units`."""
        return self.units

    @property
    def output_size(self) -> int:
        """Width of the output: `units`."""
        return self.units

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> tf.Tensor:
        """The state before the first step.

        Args:
          batch_size: number of sequences, an integer or a scalar integer tensor.
          dtype: that of the inputs to come.

        Returns:
          [batch_size, units] zeros.

        >>> BasicRNNCell(2).zero_state(1).numpy()
        array([[0., 0.]], dtype=float32)
        """
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step through time.

        Args:
          inputs: [batch, features], float32 or float64.
          state: [batch, units], of the same dtype.

        Returns:
          The output and the next state: the same tensor twice, [batch, units].

        Raises:
          TypeError: if a dtype does not fit.
          ValueError: if a shape does not fit, naming what came and what was expected.
        """
        inputs = self._check_inputs(tf.convert_to_tensor(inputs))
        state = self._check_state(tf.convert_to_tensor(state), inputs)
        if self.kernel is None:
            self._make_weights(inputs.shape[1], inputs.dtype)
        output = self.activation(inputs @ self.kernel + state @ self.recurrent_kernel + self.bias)
        return output, output

    def _make_weights(self, features: int, dtype: tf.DType) -> None:
        # Variables must not belong to the loop whose body this call may be: init_scope steps out
        # of it. The empty name scope keeps the loop's name out of theirs.
        with tf.init_scope(), tf.name_scope(""):
            recurrent_kernel = _orthogonal(self.units, dtype)
            self.kernel = tf.Variable(_glorot_uniform(features, self.units, dtype), name="kernel")
            self.recurrent_kernel = tf.Variable(recurrent_kernel, name="recurrent_kernel")
            self.bias = tf.Variable(tf.zeros([self.units], dtype), name="bias")

    def _check_inputs(self, inputs: tf.Tensor) -> tf.Tensor:
        if inputs.shape.rank != 2 or inputs.shape[1] is None:
            raise ValueError(
                f"inputs must be one time step, [batch, features], with a known number of "
                f"features; got the shape {inputs.shape}. Whole sequences go through "
                "course_utils.unroll.static_rnn or dynamic_rnn."
            )
        if inputs.dtype not in (tf.float32, tf.float64):
            raise TypeError(
                f"inputs must be float32 or float64, got {inputs.dtype.name}. "
                "Convert them: tf.cast(inputs, tf.float32)."
            )
        if self.kernel is not None:
            self._check_against_weights(inputs)
        return inputs

    def _check_against_weights(self, inputs: tf.Tensor) -> None:
        features, dtype = self.kernel.shape[0], self.kernel.dtype
        if inputs.shape[1] != features:
            raise ValueError(
                f"inputs has {inputs.shape[1]} features, but this cell's weights were made for "
                f"{features}. A cell serves one kind of input: make another BasicRNNCell."
            )
        if inputs.dtype != dtype:
            raise TypeError(
                f"inputs is {inputs.dtype.name}, but this cell's weights are {dtype.name}. "
                f"Convert the inputs: tf.cast(inputs, tf.{dtype.name})."
            )

    def _check_state(self, state: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
        expected = tf.TensorShape([inputs.shape[0], self.units])
        if not state.shape.is_compatible_with(expected):
            raise ValueError(
                f"state must have the shape {expected}, batch by units, got {state.shape}. "
                "Start from cell.zero_state(batch_size) with the batch size of the inputs."
            )
        if state.dtype != inputs.dtype:
            raise TypeError(
                f"state is {state.dtype.name}, but inputs is {inputs.dtype.name}. "
                f"Convert one: cell.zero_state(batch_size, dtype=tf.{inputs.dtype.name})."
            )
        return state


def _positive_integer(name: str, value: int) -> int:
    """The value as an int, if it is one (a NumPy integer counts, True does not) and above 0."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be a positive integer, got {value!r}. Pass, say, {name}=5.")
    if number < 1:
        raise ValueError(f"{name} must be a positive integer, got {number}. Pass, say, {name}=5.")
    return number


# Keras's own initialisers ignore tf.random.set_seed; these two obey it.
def _glorot_uniform(rows: int, columns: int, dtype: tf.DType) -> tf.Tensor:
    """[rows, columns], uniform, of the variance that keeps a signal's size in both directions."""
    limit = math.sqrt(6 / (rows + columns))
    return tf.random.uniform([rows, columns], -limit, limit, dtype)


def _orthogonal(size: int, dtype: tf.DType) -> tf.Tensor:
    """[size, size], a random rotation or reflection: a product with it keeps a vector's length."""
    q, r = tf.linalg.qr(tf.random.normal([size, size], dtype=dtype))
    # QR picks the signs of r's diagonal; undo that, so that every rotation is equally likely.
    return q * tf.sign(tf.linalg.diag_part(r))
