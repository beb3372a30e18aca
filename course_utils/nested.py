"""A Keras cell whose inputs and state are pairs: a vector and a matrix."""

from typing import Any

import keras
import tensorflow as tf
from keras import ops

Pair = tuple[Any, Any]


@keras.saving.register_keras_serializable("course_utils")
class NestedCell(keras.layers.Layer):
    """A cell that keeps a vector and a matrix, and shows both.

        s1 = tanh(a @ kernel_1 + s1 @ recurrent_1)
        s2 = tanh(b : kernel_2 + s2 @ recurrent_2)

    The colon is a sum over both axes of b. The output is the new state.

    Args:
      unit_1: width of s1.
      unit_2: rows of s2.
      unit_3: columns of s2.
      **kwargs: for `keras.layers.Layer`, as in `name`.

    >>> import numpy as np
    >>> cell = NestedCell(2, 3, 4)
    >>> inputs, state = (np.ones([5, 6]), np.ones([5, 7, 8])), cell.zero_state(5)
    >>> output, (s1, s2) = cell(inputs, state)
    >>> s1.shape, s2.shape
    (TensorShape([5, 2]), TensorShape([5, 3, 4]))

    `course_utils.unroll.dynamic_rnn` runs it over pairs [batch, time, i1], [batch, time, i2, i3].
    """

    def __init__(self, unit_1: int, unit_2: int, unit_3: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit_1, self.unit_2, self.unit_3 = unit_1, unit_2, unit_3

    @property
    def state_size(self) -> Pair:
        """What the loops of `course_utils.unroll` ask for: unit_1, and unit_2 by unit_3."""
        return self.unit_1, tf.TensorShape([self.unit_2, self.unit_3])

    @property
    def output_size(self) -> Pair:
        """The same, since the output is the new state."""
        return self.state_size

    def zero_state(self, batch_size: Any, dtype: Any = "float32") -> Pair:
        """The state before the first step, [batch, unit_1] and [batch, unit_2, unit_3] zeros."""
        shapes = [batch_size, self.unit_1], [batch_size, self.unit_2, self.unit_3]
        s1, s2 = (tf.zeros(shape, dtype) for shape in shapes)
        return s1, s2

    def build(self, inputs_shape: Any, states_shape: Any) -> None:
        """Makes the weights for inputs of the shapes [batch, i1] and [batch, i2, i3]."""
        (_, i1), (_, i2, i3) = inputs_shape
        self.kernel_1 = self.add_weight((i1, self.unit_1), name="kernel_1")
        self.kernel_2 = self.add_weight((i2, i3, self.unit_2, self.unit_3), name="kernel_2")
        self.recurrent_1 = self.add_weight((self.unit_1, self.unit_1), name="recurrent_1")
        self.recurrent_2 = self.add_weight((self.unit_3, self.unit_3), name="recurrent_2")

    def call(self, inputs: Pair, states: Pair) -> tuple[Pair, Pair]:
        """One step.

        Args:
          inputs: a [batch, i1] and b [batch, i2, i3].
          states: s1 [batch, unit_1] and s2 [batch, unit_2, unit_3].

        Returns:
          The output, which is the new state, and the new state.
        """
        (a, b), (s1, s2) = inputs, states
        s1 = ops.tanh(a @ self.kernel_1 + s1 @ self.recurrent_1)
        s2 = ops.tanh(ops.einsum("bij,ijkl->bkl", b, self.kernel_2) + s2 @ self.recurrent_2)
        return (s1, s2), (s1, s2)

    def get_config(self) -> dict[str, Any]:
        """What `NestedCell(**config)` needs to make this cell again, without its weights."""
        units = {"unit_1": self.unit_1, "unit_2": self.unit_2, "unit_3": self.unit_3}
        return {**super().get_config(), **units}
