"""Which answers of chapter 01 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine import earlier
from course_utils.checks.two_step_rnn.rnn_step import Case, check_rnn_step
from course_utils.checks.two_step_rnn.saturation import check_saturation
from course_utils.checks.two_step_rnn.two_step_rnn import check_two_step_rnn


def _rnn_step(x: Any, h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    """One step, as the chapter's text gives it."""
    return tf.tanh(x @ Wx + h @ Wh + b)


def _two_step_rnn(X0: Any, X1: Any, Wx: Any, Wh: Any, b: Any) -> tuple[Any, Any]:
    Y0 = tf.tanh(X0 @ Wx + b)
    return Y0, _rnn_step(X1, Y0, Wx, Wh, b)


def _saturation(y: Any, eps: float = 0.01) -> float:
    return float(np.mean(1 - np.square(y) < eps))


def _with_tensors(two_step_rnn: Callable[..., Any]) -> None:
    """Two steps with TensorFlow's tensors in place of NumPy's arrays."""
    x, _, *weights = (tf.constant(array) for array in Case(1, (4, 3, 5)).arguments)
    two_step_rnn(x, x, *weights)


def _from_zeros(rnn_step: Callable[..., Any]) -> None:
    """A step from zeros as NumPy makes them, in double precision."""
    x, h, *weights = Case(1, (4, 3, 5)).arguments
    rnn_step(x, np.zeros(h.shape), *weights)


EARLIER = {
    "rnn_step": earlier.Earlier(
        check_rnn_step, _rnn_step, "can't start from float64 zeros of NumPy", _from_zeros
    ),
    "two_step_rnn": earlier.Earlier(
        check_two_step_rnn, _two_step_rnn, "can't take TensorFlow's tensors", _with_tensors
    ),
    "saturation": earlier.Earlier(check_saturation, _saturation),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
