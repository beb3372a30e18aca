"""Cells that chapter 08 hands to wrappers."""

from __future__ import annotations

from functools import cache
from typing import Any

import tensorflow as tf

from course_utils.cells import BasicRNNCell
from course_utils.checks.fixtures.cells import as_matrix
from course_utils.wrappers import OutputProjectionWrapper


class GlassCell:
    """A cell that shows what it got: its output is its inputs and its state, side by side.

    The new state is state / 2 + inputs. A nested state has a second part that triples, with the
    sign turned.

    >>> output, state = GlassCell(2, nested=False)(tf.ones([1, 2]), tf.fill([1, 2], 6.0))
    >>> output.numpy(), state.numpy()
    (array([[1., 1., 6., 6.]], dtype=float32), array([[4., 4.]], dtype=float32))
    """

    def __init__(self, features: int, nested: bool) -> None:
        self._nested = nested
        self.units, self.output_size = features, 2 * features
        self.state_size = (features, features) if nested else features

    def zero_state(self, batch_size: Any, dtype: Any = tf.float32) -> Any:
        """Zeros [batch_size, features], or a pair of them."""
        zeros = tf.zeros([batch_size, self.units], dtype)
        return (zeros, zeros) if self._nested else zeros

    def __call__(self, inputs: Any, state: Any) -> tuple[tf.Tensor, Any]:
        """One step; ValueError, with the sizes that came, if a shape does not fit."""
        parts = state if self._nested else [state]
        inputs, first, *rest = (
            as_matrix(what, value, self.units)
            for what, value in zip(("inputs", "a state", "a state"), (inputs, *parts), strict=False)
        )
        new_state = first / 2 + inputs
        output = tf.concat([inputs, first], axis=1)
        return output, (new_state, -3 * rest[0]) if self._nested else new_state


@cache  # as make_cell
def make_glass_cell(features: int, nested: bool) -> GlassCell:
    """A `GlassCell`; the same object whenever the arguments are the same."""
    return GlassCell(features, nested)


class EvenCell:
    """A cell as wide as its inputs: its output is its state, its new state is state / 2 + inputs.

    >>> output, state = EvenCell(2)(tf.ones([1, 2]), tf.fill([1, 2], 6.0))
    >>> output.numpy(), state.numpy()
    (array([[6., 6.]], dtype=float32), array([[4., 4.]], dtype=float32))
    """

    def __init__(self, features: int) -> None:
        self.units = self.state_size = self.output_size = features

    def zero_state(self, batch_size: Any, dtype: Any = tf.float32) -> tf.Tensor:
        """Zeros [batch_size, features]."""
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs: Any, state: Any) -> tuple[tf.Tensor, tf.Tensor]:
        """One step; ValueError, with the sizes that came, if a shape does not fit."""
        inputs, state = (
            as_matrix(what, value, self.units)
            for what, value in (("inputs", inputs), ("a state", state))
        )
        return state, state / 2 + inputs


def make_fresh_cell(units: int, output_size: int) -> Any:
    """A new cell without weights yet, whose output is neither its state nor as wide."""
    return OutputProjectionWrapper(BasicRNNCell(units), output_size)
