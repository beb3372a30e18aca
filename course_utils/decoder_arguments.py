"""What decoding is given, and what a decoder's step gives: checked, so that nothing odd goes on."""

from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.cells import State
from course_utils.cells.arguments import with_batch_size

NO_PROBABILITIES = (
    "step gave logits that make no probabilities: a row with NaN or plus infinity, or minus "
    "infinity only. Look at the weights: has training diverged?"
)


def refuse_graph(name: str) -> None:
    """Raises RuntimeError inside a `tf.function`, for a decoder that returns plain numbers."""
    if not tf.executing_eagerly():
        raise RuntimeError(
            f"{name} returns plain numbers, and inside a tf.function there are none yet. Call it "
            "outside, or use course_utils.batch_decoding, which works in both."
        )


def check_id(name: str, value: Any, advice: str = "One serves all sentences.") -> tf.Tensor:
    """The id of a token as an int32 scalar; TypeError unless it is one integer.

    TensorFlow 1 had other things in these places, such as an id for each sentence.
    """
    number = tf.convert_to_tensor(value)
    if number.shape.rank != 0 or not number.dtype.is_integer:
        raise TypeError(
            f"{name} must be the id of a token, one integer, got {number.dtype.name} of the shape "
            f"{number.shape}. {advice}"
        )
    return tf.cast(number, tf.int32)


def check_rows(state: State, rows: int | None = None) -> None:
    """Raises ValueError unless all parts of a state have so many rows, or as many as the first."""
    shapes = [tf.TensorShape(getattr(part, "shape", ())) for part in tf.nest.flatten(state)]
    if not shapes and rows is None:
        raise ValueError(f"state must have a row for each sentence, got {state!r}. Pass an array.")
    for shape in shapes:
        first = shapes[0][:1] if rows is None else tf.TensorShape([rows])
        if shape.rank == 0 or not shape[:1].is_compatible_with(first):
            wanted = "as many rows as its first part" if rows is None else f"{rows} row(s)"
            raise ValueError(
                f"Every part of state must have {wanted}, one for each sentence to decode; got "
                f"parts of the shapes {', '.join(map(str, shapes))}. Encode these sentences only."
            )


def check_logits(logits: Any, rows: int) -> None:
    """Raises ValueError unless a softmax of each row of a step's logits makes probabilities.

    That takes the shape [rows, vocabulary], and in each row a highest logit that is finite: no NaN,
    no plus infinity, not minus infinity only.
    """
    values = np.asarray(logits)  # of a tensor no copy, and faster than TensorFlow for so few
    _check_logits_shape(tf.TensorShape(values.shape), rows)
    if not np.isfinite(values.max(axis=1)).all():
        raise ValueError(NO_PROBABILITIES)


def checked_state(state: State, rows: int | tf.Tensor) -> State:
    """The state as tensors of so many rows, which is checked while a graph runs."""
    state = tf.nest.map_structure(tf.convert_to_tensor, state)
    check_rows(state, tf.get_static_value(rows))
    return tf.nest.map_structure(lambda part: with_batch_size("state", part, rows), state)


def checked_logits(logits: Any, rows: int | tf.Tensor) -> tf.Tensor:
    """The logits as a tensor, checked as `check_logits` does, in a graph while it runs.

    Raises:
      ValueError: outside of a graph; when a graph runs, `tf.errors.InvalidArgumentError`.
    """
    logits = tf.convert_to_tensor(logits)
    if tf.executing_eagerly():
        check_logits(logits, rows)
        return logits
    _check_logits_shape(logits.shape, tf.get_static_value(rows))
    logits = with_batch_size("logits", logits, rows)
    usable = tf.reduce_all(tf.math.is_finite(tf.reduce_max(logits, axis=1)))
    with tf.control_dependencies([tf.debugging.Assert(usable, [NO_PROBABILITIES])]):
        return tf.identity(logits)


def check_step(logits: Any, state: State, rows: int | tf.Tensor) -> None:
    """Raises ValueError unless what a step gave has so many rows, as far as is known by now."""
    known = tf.get_static_value(rows)
    _check_logits_shape(tf.convert_to_tensor(logits).shape, known)
    check_rows(state, known)


def _check_logits_shape(shape: tf.TensorShape, rows: int | None) -> None:
    if not shape.is_compatible_with([rows, None]):
        raise ValueError(
            f"step must give logits of the shape [{rows or 'n'}, vocabulary], a row for each token "
            f"that it got; it gave {shape}."
        )
