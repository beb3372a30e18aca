"""Objects that checks hand to answers by `Recipe`, built where the answer lives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.by_hand import draw_weights

Sizes = int | tuple[int, ...]  # width of a single state, or of each part of a nested one


def cell_weights(
    features: int, state_size: Sizes, output_size: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the cell that `make_cell` makes of the same arguments.

    Returns:
      To the state [features + state, state], to the output [state, output_size], float32; `state`
      is the width of all the state's parts together.
    """
    rng = np.random.default_rng([seed, features, output_size])
    state = sum(_widths(state_size))
    to_state = rng.uniform(-1, 1, [features + state, state])
    to_output = rng.uniform(-1, 1, [state, output_size])
    return to_state.astype(np.float32), to_output.astype(np.float32)


@cache  # one object for equal arguments: an answer under tf.function is traced once for it
def make_cell(features: int, state_size: Sizes, output_size: int, seed: int) -> OddCell:
    """A cell with `cell_weights`; the same object whenever the arguments are the same."""
    return OddCell(features, state_size, *cell_weights(features, state_size, output_size, seed))


class OddCell:
    """A cell whose output is neither its state nor as wide, and whose state may have parts.

    new_state = tanh([inputs, state] @ to_state), cut into the parts; output = new_state @ to_output

    Args:
      features: width of the inputs.
      state_size: width of the state, or a tuple with the width of each of its parts.
      to_state: [features + state, state].
      to_output: [state, output_size].

    >>> cell = make_cell(features=3, state_size=(2, 4), output_size=5, seed=1)
    >>> output, state = cell(np.ones([7, 3]), cell.zero_state(7))
    >>> output.shape, state[0].shape, state[1].shape
    (TensorShape([7, 5]), TensorShape([7, 2]), TensorShape([7, 4]))
    """

    def __init__(
        self, features: int, state_size: Sizes, to_state: np.ndarray, to_output: np.ndarray
    ) -> None:
        self._features = features
        self._to_state, self._to_output = tf.constant(to_state), tf.constant(to_output)
        self.state_size = state_size
        self.output_size = to_output.shape[1]
        self.units = _widths(state_size)[0]

    def zero_state(self, batch_size: Any, dtype: Any = tf.float32) -> Any:
        """Zeros [batch_size, width], or a tuple of them, one a part."""
        return self._as_state([tf.zeros([batch_size, n], dtype) for n in _widths(self.state_size)])

    def __call__(self, inputs: Any, state: Any) -> tuple[tf.Tensor, Any]:
        """One step; ValueError, with the sizes that came, if a shape does not fit."""
        widths = _widths(self.state_size)
        parts = tf.nest.flatten(state)
        if len(parts) != len(widths):
            raise ValueError(
                f"the cell got a state of {len(parts)} part(s), its state_size is {self.state_size}"
            )
        columns = [_matrix("inputs", inputs, self._features)]
        columns += [_matrix("a state", p, n) for p, n in zip(parts, widths, strict=True)]
        new_state = tf.tanh(tf.concat(columns, axis=1) @ self._to_state)
        return new_state @ self._to_output, self._as_state(tf.split(new_state, widths, axis=1))

    def _as_state(self, parts: list[tf.Tensor]) -> Any:
        return parts[0] if isinstance(self.state_size, int) else tuple(parts)


def _widths(state_size: int | Sequence[int]) -> list[int]:
    return [state_size] if isinstance(state_size, int) else list(state_size)


def _matrix(what: str, value: Any, width: int) -> tf.Tensor:
    tensor = tf.cast(value, tf.float32)
    if not tensor.shape.is_compatible_with([None, width]):
        raise ValueError(
            f"the cell got {what} of shape {tensor.shape.as_list()}, it needs [batch, {width}]"
        )
    return tensor


def make_predictor(weights: Sequence[float], offset: float, tensors: bool) -> Predictor:
    """A `Predictor`, made of plain arguments."""
    return Predictor(np.asarray(weights, dtype=np.float32), offset, tensors)


class Predictor:
    """Stands for a trained forecaster: [1, width, 1] to the same shape, and nothing by chance.

    Its last step is window @ weights + offset, the others are that plus 1, 2, ... going back.

    Args:
      weights: [width].
      offset: what is added.
      tensors: whether to give tensors to callers that bring arrays, too.

    >>> predict = make_predictor([0.0, 1.0], offset=5.0, tensors=False)
    >>> predict(np.array([[[2.0], [3.0]]]))
    array([[[9.],
            [8.]]], dtype=float32)
    """

    def __init__(self, weights: np.ndarray, offset: float, tensors: bool) -> None:
        self._weights, self._offset, self._tensors = weights, offset, tensors

    def __call__(self, windows: Any) -> Any:
        """The forecast; ValueError, with the shape that came, if it is not [1, width, 1]."""
        values, width = tf.cast(windows, tf.float32), len(self._weights)
        if not values.shape.is_compatible_with([1, width, 1]):
            raise ValueError(
                f"predict got the shape {values.shape.as_list()}, it needs [1, {width}, 1], "
                "a window as long as the seed"
            )
        new = tf.reduce_sum(values[0, :, 0] * self._weights) + self._offset
        steps = tf.reshape(new + tf.range(width - 1.0, -1.0, -1.0), [1, width, 1])
        return steps if self._tensors or tf.is_tensor(windows) else steps.numpy()


class GlassCell:
    """A cell that shows what it got: its output is its inputs and its state, side by side.

    The new state is state / 2 + inputs. A nested state has a second part that triples, with the
    sign turned.

    >>> output, state = GlassCell(2, nested=False)(np.ones([1, 2]), np.full([1, 2], 6.0))
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
            _matrix(what, value, self.units)
            for what, value in zip(("inputs", "a state", "a state"), (inputs, *parts), strict=False)
        )
        new_state = first / 2 + inputs
        output = tf.concat([inputs, first], axis=1)
        return output, (new_state, -3 * rest[0]) if self._nested else new_state


@cache  # as make_cell
def make_glass_cell(features: int, nested: bool) -> GlassCell:
    """A `GlassCell`; the same object whenever the arguments are the same."""
    return GlassCell(features, nested)


def make_fresh_cell(units: int, output_size: int) -> Any:
    """A new cell without weights yet, whose output is neither its state nor as wide."""
    from course_utils.cells import BasicRNNCell  # noqa: PLC0415 - few checks need them
    from course_utils.wrappers import OutputProjectionWrapper  # noqa: PLC0415

    return OutputProjectionWrapper(BasicRNNCell(units), output_size)


def make_stateful_layer(kind: str, batch: int, features: int, units: int, seed: int) -> Any:
    """A new Keras layer that is stateful and returns sequences, with `by_hand.draw_weights`.

    Args:
      kind: "SimpleRNN" or "LSTM".
      batch: number of sequences.
      features: width of the inputs.
      units: width of the outputs.
      seed: of the weights.

    >>> make_stateful_layer("LSTM", batch=2, features=3, units=4, seed=1)(np.ones([2, 7, 3])).shape
    TensorShape([2, 7, 4])
    """
    layer = getattr(tf.keras.layers, kind)(units, stateful=True, return_sequences=True)
    layer.build((batch, None, features))
    layer.set_weights(draw_weights(kind, features, units, seed))
    return layer
