"""Forecasters at work: projections at once, and series that a predictor invents or seems to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray


def project_outputs(outputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Projects the outputs of all steps and sequences in one matrix product.

    It gives what `wrappers.OutputProjectionWrapper` gives, after the loop in place of within it.

    Args:
      outputs: [batch, time, units]; batch and time may be unknown.
      kernel: [units, n].
      bias: [n].

    Returns:
      [batch, time, n]: outputs[i, t] @ kernel + bias.

    Raises:
      ValueError: if `outputs` has not three axes, or `kernel` or `bias` does not fit.

    >>> project_outputs(tf.ones([2, 3, 5]), tf.ones([5, 4]), tf.zeros([4])).shape
    TensorShape([2, 3, 4])
    """
    outputs, kernel = tf.convert_to_tensor(outputs), tf.convert_to_tensor(kernel)
    if outputs.shape.rank != 3:
        raise ValueError(
            f"outputs must have three axes, [batch, time, units], got the shape {outputs.shape}. "
            "For a single step a plain product is enough."
        )
    bias = tf.convert_to_tensor(bias)
    fits = kernel.shape.is_compatible_with([outputs.shape[2], None])
    if not fits or not bias.shape.is_compatible_with(kernel.shape[1:]):
        raise ValueError(
            f"kernel must have the shape [{outputs.shape[2]}, n] and bias [n], got {kernel.shape} "
            f"and {bias.shape}. Give each output its bias."
        )
    rows = tf.reshape(outputs, [-1, kernel.shape[0]]) @ kernel + bias  # [batch × time, n]
    batch, time = tf.unstack(tf.shape(outputs)[:2])
    return tf.reshape(rows, [batch, time, kernel.shape[1]])


def generate(
    predict: Callable[[NDArray[np.float32]], Any], seeds: ArrayLike, n_new: int
) -> NDArray[np.float32]:
    """Series that a predictor invents, each further from a seed of its own.

    The predictor sees a window as long as the seed. What it predicts comes into the window at the
    right, and the oldest value leaves at the left.

    Args:
      predict: maps [batch, width, 1] to the same shape; the last step is the value that follows.
      seeds: [batch, width], the values to start from.
      n_new: how many values to invent, 0 or more.

    Returns:
      [batch, width + n_new].

    Raises:
      ValueError: if `seeds` is not a matrix, `n_new` is negative, or a prediction is not
        [batch, steps, 1].

    >>> generate(lambda windows: windows + 1, [[1, 2], [5, 5]], n_new=3)
    array([[1., 2., 3., 4., 5.],
           [5., 5., 6., 7., 8.]], dtype=float32)
    """
    values = np.array(seeds, dtype=np.float32)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(
            f"seeds must have the shape [batch, width], got {list(values.shape)}. "
            "For a single seed pass seed[np.newaxis]."
        )
    if n_new < 0:
        raise ValueError(f"n_new must be 0 or more, got {n_new}. Ask for as many as you want.")
    width = values.shape[1]
    series = np.concatenate([values, np.zeros([len(values), n_new], np.float32)], axis=1)
    for t in range(width, width + n_new):
        window = series[:, t - width : t, np.newaxis].copy()  # a predictor may work in place
        predicted = np.asarray(predict(window))
        if predicted.shape[::2] != (len(values), 1) or predicted.ndim != 3 or not predicted.size:
            raise ValueError(
                f"predict must give the shape {list(window.shape)}, [batch, width, 1], of a "
                f"window; it gave {list(predicted.shape)}. Its last step is the value that follows."
            )
        series[:, t] = predicted[:, -1, 0]
    return series


def teacher_forced(
    predict: Callable[[NDArray[Any]], Any], truth: NDArray[Any], n_seed: int
) -> NDArray[Any]:
    """Forecasts one step ahead along a true series, which look like a free run and are none.

    Args:
      predict: maps [batch, n_seed, 1] to the same shape; the last step is the value that follows.
      truth: [time], more values than n_seed. Every window is cut from it.
      n_seed: width of a window.

    Returns:
      [time]: the first n_seed values of the truth, then a forecast of each value that follows.

    >>> teacher_forced(lambda windows: windows + 1, np.array([1.0, 2.0, 7.0, 7.0]), n_seed=2)
    array([1., 2., 3., 8.])
    """
    windows = np.lib.stride_tricks.sliding_window_view(truth, n_seed)[:-1, :, np.newaxis]
    return np.append(truth[:n_seed], np.asarray(predict(windows))[:, -1, 0])


def stuck(predict: Callable[[NDArray[Any]], Any], seed: NDArray[Any], n_new: int) -> NDArray[Any]:
    """A free run gone wrong: its window never moves on from the seed.

    Args:
      predict: maps [1, width, 1] to the same shape; the last step is the value that follows.
      seed: [width], the values to start from.
      n_new: how many values to invent, 0 or more.

    Returns:
      [width + n_new]: the seed, then the same forecast again and again.

    >>> stuck(lambda windows: windows + 1, np.array([1.0, 2.0]), n_new=3)
    array([1., 2., 3., 3., 3.])
    """
    forecast = np.asarray(predict(seed[np.newaxis, :, np.newaxis]))[0, -1, 0]
    return np.append(seed, np.full(n_new, forecast))
