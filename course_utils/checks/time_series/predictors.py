"""What stands for a trained forecaster, for chapter 06."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf


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
