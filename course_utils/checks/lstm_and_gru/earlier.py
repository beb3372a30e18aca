"""Which answers of chapter 07 later cells call, and what can take their place."""

from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.checks.engine import earlier
from course_utils.checks.lstm_and_gru.gradient_highway import check_gradient_highway
from course_utils.checks.lstm_and_gru.gru_reset_after import check_gru_reset_after
from course_utils.checks.lstm_and_gru.gru_step import check_gru_step
from course_utils.checks.lstm_and_gru.lstm_step import check_lstm_step
from course_utils.checks.lstm_and_gru.peephole_lstm_step import check_peephole_lstm_step

Pair = tuple[tf.Tensor, tf.Tensor]


def _peephole_lstm_step(
    x: Any, state: Any, kernel: Any, recurrent_kernel: Any, bias: Any, peephole: Any
) -> tuple[tf.Tensor, Pair]:
    before, kept = state
    parts = tf.split(tf.matmul(x, kernel) + tf.matmul(before, recurrent_kernel) + bias, 4, axis=1)
    written = tf.sigmoid(parts[0] + peephole[0] * kept) * tf.tanh(parts[2])
    kept = tf.sigmoid(parts[1] + peephole[1] * kept) * kept + written
    output = tf.sigmoid(parts[3] + peephole[2] * kept) * tf.tanh(kept)
    return output, (output, kept)


def _lstm_step(
    x: Any, state: Any, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tuple[tf.Tensor, Pair]:
    return _peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, (0.0, 0.0, 0.0))


def _gru_step(x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> tf.Tensor:
    x_z, x_r, x_h = tf.split(tf.matmul(x, kernel) + bias, 3, axis=1)
    u_z, u_r, u_h = tf.split(recurrent_kernel, 3, axis=1)
    z, r = tf.sigmoid(x_z + tf.matmul(h, u_z)), tf.sigmoid(x_r + tf.matmul(h, u_r))
    return z * h + (1 - z) * tf.tanh(x_h + tf.matmul(r * h, u_h))


def _gru_step_reset_after(
    x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tf.Tensor:
    from_inputs = tf.split(tf.matmul(x, kernel) + bias[0], 3, axis=1)
    from_state = tf.split(tf.matmul(h, recurrent_kernel) + bias[1], 3, axis=1)
    share, reset = (
        tf.sigmoid(sum(pair)) for pair in zip(from_inputs[:2], from_state, strict=False)
    )
    candidate = tf.tanh(from_inputs[2] + reset * from_state[2])
    return candidate + share * (h - candidate)


def _cell_gradient(forget_gates: Any) -> float:
    return float(np.multiply.reduce(np.asarray(forget_gates, float), initial=1.0))


EARLIER = {
    "cell_gradient": earlier.Earlier(check_gradient_highway, _cell_gradient),
    "lstm_step": earlier.Earlier(check_lstm_step, _lstm_step),
    "peephole_lstm_step": earlier.Earlier(check_peephole_lstm_step, _peephole_lstm_step),
    "gru_step": earlier.Earlier(check_gru_step, _gru_step),
    "gru_step_reset_after": earlier.Earlier(check_gru_reset_after, _gru_step_reset_after),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
