"""What decoding is given, and what a decoder's step gives: checked, so that nothing odd goes on."""

from typing import Any

import tensorflow as tf

from course_utils.cells import State


def refuse_graph(name: str) -> None:
    """Raises RuntimeError inside a `tf.function`, for a decoder that returns plain numbers."""
    if not tf.executing_eagerly():
        raise RuntimeError(
            f"{name} returns plain numbers, and inside a tf.function there are none yet. Call it "
            "outside, or use course_utils.batch_decoding, which works in both."
        )


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


def checked_logits(logits: Any, rows: int | None) -> tf.Tensor:
    """A step's logits as a tensor, if a softmax of each row makes probabilities.

    Raises:
      ValueError: if the shape is not [rows, vocabulary], or a row holds NaN or plus infinity, or
        nothing but minus infinity; when a graph runs, `tf.errors.InvalidArgumentError`.
    """
    logits = tf.convert_to_tensor(logits)
    if not logits.shape.is_compatible_with([rows, None]):
        raise ValueError(
            f"step must give logits of the shape [{rows or 'n'}, vocabulary], a row for each token "
            f"that it got; it gave {logits.shape}."
        )
    usable = tf.reduce_all(tf.math.is_finite(tf.reduce_max(logits, axis=1)))
    message = (
        "step gave logits that make no probabilities: a row with NaN or plus infinity, or minus "
        "infinity only. Look at the weights: has training diverged?"
    )
    if not tf.executing_eagerly():
        with tf.control_dependencies([tf.debugging.Assert(usable, [message])]):
            return tf.identity(logits)
    if not usable:
        raise ValueError(message)
    return logits
