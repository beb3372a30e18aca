"""What a recurrent cell is, and what all of the course's cells have in common."""

import math
import operator
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from course_utils.cells.arguments import State, as_tensor, match_state, with_batch_size
from course_utils.cells.guard import GuardedModule

HALVES = (tf.float16, tf.bfloat16)


class Cell(Protocol):
    """What `static_rnn` and `dynamic_rnn` ask of a cell.

    `tf.compat.v1.nn.static_rnn` and `dynamic_rnn` ask for the same, so one object serves all four.

    Attributes:
      state_size: the width of the state; for a state of several parts, the same structure with a
        width (or, for a part [batch, n, m, ...], a `tf.TensorShape([n, m, ...])`) for each part.
      output_size: the width of the output, or likewise a structure of them.
    """

    @property
    def state_size(self) -> Any: ...  # noqa: D102 - said above

    @property
    def output_size(self) -> Any: ...  # noqa: D102

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """The state before the first step, every part of it [batch_size, width] zeros."""

    def __call__(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """One step: [batch, features] and a state to [batch, output_size] and the next state."""


class RecurrentCell(GuardedModule):
    """A cell with one kernel for its inputs, one for its state, and a bias, as Keras's have.

    The first call makes the weights, because only then is the number of features known. They take
    the dtype of its inputs, and the distributions that Keras's cells start from. The first call
    may happen inside a `tf.function`, in its first trace; it costs that function a second.

    For inputs of float16 or bfloat16 the weights are float32, and a step computes with copies of
    them in the dtype of the inputs: mixed precision, as in Keras.

    A subclass says what a step computes, in `_step`. Its `gates` is how many blocks of `units`
    columns lie side by side in each kernel.

    Args:
      units: width of the output and of each part of the state, a positive integer.

    Attributes:
      kernel: [features, gates * units], what the inputs are multiplied by.
      recurrent_kernel: [units, gates * units], what the output of the step before is multiplied by;
        None in a cell whose gates do not see it.
      bias: [gates * units], unless the cell says otherwise.

    Raises:
      TypeError: if `units` is not an integer.
      ValueError: if `units` is less than 1.
    """

    gates = 1
    sees_state = True  # whether the gates look at the output of the step before

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = positive_integer("units", units)
        # Made by the first call.
        self.kernel: tf.Variable = None
        self.recurrent_kernel: tf.Variable = None
        self.bias: tf.Variable = None

    @property
    def state_size(self) -> Any:
        """Width of the state, or of each part of it: `units`."""
        return self.units

    @property
    def output_size(self) -> int:
        """Width of the output: `units`."""
        return self.units

    def zero_state(self, batch_size: int | tf.Tensor, dtype: tf.DType = tf.float32) -> State:
        """The state before the first step.

        Args:
          batch_size: number of sequences, an integer or a scalar integer tensor.
          dtype: that of the inputs to come.

        Returns:
          [batch_size, units] zeros, or for a state of several parts as many of them.
        """
        return tf.nest.map_structure(
            lambda width: tf.zeros([batch_size, width], dtype), self.state_size
        )

    def __call__(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """One step through time.

        Args:
          inputs: [batch, features], float32 or float64; float16 and bfloat16 in mixed precision.
          state: [batch, units], or a tuple of those, of the same dtype.

        Returns:
          The output, [batch, units], and the next state.

        Raises:
          TypeError: if a dtype does not fit, or in a Keras layer that would not train the weights.
          ValueError: if a shape does not fit, naming what came and what was expected.
        """
        self._check_that_keras_sees_it()
        inputs = self._check_inputs(as_tensor("inputs", inputs))
        state = self._check_state(state, inputs)
        return self._step(inputs, state, *self._weights_for(inputs))

    def _weights_for(self, inputs: tf.Tensor) -> list[tf.Tensor]:
        """The weights, made if there are none yet, in the dtype of the inputs."""
        if self.kernel is None:
            self._make_weights(inputs.shape[1], inputs.dtype)
        return [tf.cast(weight, inputs.dtype) for weight in self._weights()]

    def get_weights(self) -> list[np.ndarray]:
        """The weights as arrays, in Keras's order: kernel, recurrent_kernel (if any), bias.

        Each is laid out as in Keras, so a layer or cell of Keras of the same kind takes them:
        `layer.set_weights(cell.get_weights())`.

        Raises:
          ValueError: if the cell has no weights yet.

        >>> from course_utils.cells import LSTMCell
        >>> cell = LSTMCell(5)
        >>> _ = cell(tf.ones([4, 3]), cell.zero_state(4))
        >>> [weights.shape for weights in cell.get_weights()]
        [(3, 20), (5, 20), (20,)]
        """
        if self.kernel is None:
            raise ValueError(
                f"This {type(self).__name__} has no weights yet. Call it once: the number of "
                "features decides how many there are."
            )
        return [weight.numpy() for weight in self._weights()]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Gives the cell weights in the order of `get_weights`, its own or those of Keras.

        A cell without weights gets variables of the kernel's width and dtype first.

        Args:
          weights: arrays of the shapes that the cell has or will have.

        Raises:
          ValueError: if their number or a shape does not fit.

        >>> from tensorflow import keras
        >>> from course_utils.cells import GRUCell
        >>> layer = keras.layers.GRU(5)
        >>> layer.build([None, None, 3])
        >>> cell = GRUCell(5)
        >>> cell.set_weights(layer.get_weights())
        >>> bool(tf.reduce_all(cell.kernel == layer.get_weights()[0]))
        True
        """
        arrays = [tf.convert_to_tensor(weight).numpy() for weight in weights]
        features = arrays[0].shape[0] if arrays and arrays[0].ndim == 2 else 1
        shapes = self._weight_shapes(features)
        if [array.shape for array in arrays] != shapes:
            raise ValueError(
                f"weights must have the shapes {shapes}, got {[a.shape for a in arrays]}. Take "
                f"them from a cell or layer of the kind of this {type(self).__name__}."
            )
        if self.kernel is None:
            self._make_weights(features, tf.as_dtype(arrays[0].dtype))
        for variable, array in zip(self._weights(), arrays, strict=True):
            variable.assign(array)

    def _step(
        self, inputs: tf.Tensor, state: State, *weights: tf.Tensor
    ) -> tuple[tf.Tensor, State]:
        """The output and the next state, from the weights in the order of `get_weights`."""
        raise NotImplementedError

    def _weights(self) -> list[tf.Variable]:
        recurrent = [self.recurrent_kernel] if self.sees_state else []
        return [self.kernel, *recurrent, self.bias]

    def _weight_shapes(self, features: int) -> list[tuple[int, ...]]:
        columns = self.gates * self.units
        recurrent = [(self.units, columns)] if self.sees_state else []
        return [(features, columns), *recurrent, (columns,)]

    def _first_bias(self, dtype: tf.DType) -> tf.Tensor:
        return tf.zeros(self._weight_shapes(1)[-1], dtype)

    def _make_weights(self, features: int, dtype: tf.DType) -> None:
        dtype = dtype_of_weights(dtype)
        # Variables must not belong to the loop whose body this call may be: init_scope steps out
        # of it. The empty name scope keeps the loop's name out of theirs.
        columns = self.gates * self.units
        with tf.init_scope(), tf.name_scope(""):
            recurrent_kernel = _orthogonal(self.units, columns, dtype) if self.sees_state else None
            self.kernel = tf.Variable(glorot_uniform(features, columns, dtype), name="kernel")
            if recurrent_kernel is not None:
                self.recurrent_kernel = tf.Variable(recurrent_kernel, name="recurrent_kernel")
            self.bias = tf.Variable(self._first_bias(dtype), name="bias")

    def _check_inputs(self, inputs: tf.Tensor) -> tf.Tensor:
        if inputs.shape.rank != 2 or inputs.shape[1] is None:
            raise ValueError(
                f"inputs must be one time step, [batch, features], with a known number of "
                f"features; got the shape {inputs.shape}. Whole sequences go through "
                "course_utils.unroll.static_rnn or dynamic_rnn."
            )
        if not inputs.dtype.is_floating:
            raise TypeError(
                f"inputs must be float32 or float64, or float16 or bfloat16 in mixed precision, "
                f"got {inputs.dtype.name}. Convert them: tf.cast(inputs, tf.float32)."
            )
        if self.kernel is not None:
            self._check_against_weights(inputs)
        return inputs

    def _check_against_weights(self, inputs: tf.Tensor) -> None:
        features, dtype = self.kernel.shape[0], self.kernel.dtype
        if inputs.shape[1] != features:
            raise ValueError(
                f"inputs has {inputs.shape[1]} features, but this cell's weights were made for "
                f"{features}. A cell serves one kind of input: make another "
                f"{type(self).__name__}."
            )
        if dtype_of_weights(inputs.dtype) != dtype:
            raise TypeError(
                f"inputs is {inputs.dtype.name}, but this cell's weights are {dtype.name}. "
                f"Convert the inputs: tf.cast(inputs, tf.{dtype.name})."
            )

    def _check_state(self, state: State, inputs: tf.Tensor) -> State:
        state = match_state("state", state, self.state_size)
        return self._check_part("state", as_tensor("state", state), inputs)

    def _check_part(self, name: str, part: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
        expected = tf.TensorShape([inputs.shape[0], self.units])
        if not part.shape.is_compatible_with(expected):
            raise ValueError(
                f"{name} must have the shape {expected}, batch by units, got {part.shape}. "
                "Start from cell.zero_state(batch_size) with the batch size of the inputs."
            )
        if part.dtype != inputs.dtype:
            raise TypeError(
                f"{name} is {part.dtype.name}, but inputs is {inputs.dtype.name}. "
                f"Convert one: cell.zero_state(batch_size, dtype=tf.{inputs.dtype.name})."
            )
        if part.shape.is_fully_defined() and inputs.shape.is_fully_defined():
            return part
        return with_batch_size(name, part, tf.shape(inputs)[0])  # or one row would be broadcast


def dtype_of_weights(dtype: tf.DType) -> tf.DType:
    """The dtype of weights for inputs of a dtype: float32 for its halves, whose steps are coarse.

    >>> dtype_of_weights(tf.bfloat16), dtype_of_weights(tf.float64)
    (tf.float32, tf.float64)
    """
    return tf.float32 if dtype in HALVES else dtype


def positive_integer(name: str, value: int) -> int:
    """The value as an int, if it is one (a NumPy integer counts, True does not) and above 0.

    Args:
      name: of the argument, for the message.
      value: what was given for it.

    Raises:
      TypeError: if it is not an integer.
      ValueError: if it is less than 1.

    >>> positive_integer("units", np.int64(5))
    5
    """
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
def glorot_uniform(rows: int, columns: int, dtype: tf.DType) -> tf.Tensor:
    """A kernel's first values, of the variance that keeps a signal's size in both directions.

    After Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010).

    Args:
      rows: the number of inputs.
      columns: the number of outputs.
      dtype: a floating-point type.

    Returns:
      [rows, columns], uniform in -limit..limit with limit = sqrt(6 / (rows + columns)).

    >>> bool(tf.reduce_max(abs(glorot_uniform(2, 4, tf.float32))) <= 1)
    True
    """
    limit = math.sqrt(6 / (rows + columns))
    return tf.random.uniform([rows, columns], -limit, limit, dtype)


def _orthogonal(rows: int, columns: int, dtype: tf.DType) -> tf.Tensor:
    """[rows, columns], rows <= columns: the first rows of a random rotation or reflection."""
    q, r = tf.linalg.qr(tf.random.normal([columns, rows], dtype=dtype))
    # QR picks the signs of r's diagonal; undo that, so that every rotation is equally likely.
    q *= tf.sign(tf.linalg.diag_part(r))
    return q if rows == columns else tf.transpose(q)
