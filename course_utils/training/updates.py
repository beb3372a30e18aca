"""How long to train, what shows it, and one step: gradient, clipping, update of the weights."""

import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

import tensorflow as tf
from tqdm import tqdm

Item = TypeVar("Item")
Gradient: TypeAlias = tf.Tensor | tf.IndexedSlices | None


def steps(full: int, quick: int) -> int:
    """The number of training steps in the profile that COURSE_PROFILE names.

    Args:
      full: steps that reach the numbers in the chapter's text; "full" is the default.
      quick: fewer steps, in which everything still runs: "quick", for grading and fast checks.

    Returns:
      One of the two.

    Raises:
      ValueError: if COURSE_PROFILE is set to anything else.

    >>> steps(full=2000, quick=50) in (2000, 50)
    True
    """
    profile = os.environ.get("COURSE_PROFILE", "full")
    if profile not in ("full", "quick"):
        raise ValueError(
            f"COURSE_PROFILE must be full or quick, got {profile!r}. "
            "Set it to one of them, or unset it, and restart the kernel."
        )
    return full if profile == "full" else quick


def progress(items: Iterable[Item], description: str = "") -> Iterable[Item]:
    """The same items, with a progress bar if going through them takes more than two seconds.

    The bar goes to standard output, because nbgrader takes anything on standard error for a
    failure. With COURSE_STATIC=1 there is none, so that stored outputs do not depend on timing.

    Args:
      items: what to go through; the bar shows the time left if they have a length.
      description: a word or two in front of the bar.

    Returns:
      An iterable of the items.

    >>> sum(progress(range(4), "adding"))
    6
    """
    if os.environ.get("COURSE_STATIC") == "1":
        return items
    return tqdm(items, desc=description, delay=2, file=sys.stdout)


def make_update(
    loss: Callable[..., tf.Tensor],
    variables: Sequence[tf.Variable],
    optimizer: tf.keras.optimizers.Optimizer,
    max_norm: float = 1.0,
    signature: Sequence[tf.TensorSpec] | None = None,
) -> Callable[..., tf.Tensor]:
    """One training step as a compiled function: gradient, clipping, update of the weights.

    Args:
      loss: of a batch; gets the parts of the batch and returns a scalar.
      variables: what to train; the weights have to be made already.
      optimizer: a Keras optimizer of these variables' own.
      max_norm: if all gradients together are longer than this, they are scaled down to it. What
        is read several times from a table, by `tf.gather`, counts with its sum. Infinity leaves
        them as they are.
      signature: of the parts of a batch, with None for each axis that varies: then one trace does
        for all. By default the second shape that comes costs a second trace.

    Returns:
      A function of the parts of a batch, which makes one update and returns the loss before it.

    Raises:
      ValueError: if there are no variables, or `max_norm` is not above 0; of the function, if the
        loss is no scalar.

    >>> w = tf.Variable(3.0)
    >>> update = make_update(lambda x: (w - x) ** 2, [w], tf.keras.optimizers.SGD(0.5))
    >>> float(update(1.0)), w.numpy().item()
    (4.0, 2.5)
    """
    _check_descent(variables, max_norm)
    optimizer.build(variables)

    @tf.function(input_signature=signature, reduce_retracing=True)
    def update(*batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(*batch)
        descend(tape, value, variables, optimizer, max_norm)
        return value

    return update


def descend(
    tape: tf.GradientTape,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    optimizer: tf.keras.optimizers.Optimizer,
    max_norm: float | None = None,
) -> None:
    """Goes back from a loss to the weights, and takes the optimizer's step.

    An optimizer that scales the loss, as `keras.optimizers.LossScaleOptimizer` does for float16,
    divides the gradient by its scale. So the gradient is multiplied by that on its way back.

    Args:
      tape: what the loss was computed under.
      loss: a scalar.
      variables: what to train.
      optimizer: a Keras optimizer, built for these variables.
      max_norm: if all gradients together are longer than this, they are scaled down to it; None
        and infinity leave them as they are.

    Raises:
      ValueError: if the loss is no scalar, there are no variables, or `max_norm` is not above 0.

    >>> w = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     loss = w**2
    >>> descend(tape, loss, [w], tf.keras.optimizers.SGD(0.5), max_norm=1.0)
    >>> w.numpy().item()
    2.5
    """
    max_norm = math.inf if max_norm is None else max_norm
    _check_descent(variables, max_norm)
    loss = tf.convert_to_tensor(loss)
    if loss.shape.rank != 0:
        raise ValueError(
            f"loss must be one number, got the shape {loss.shape}; the step would be that of its "
            "sum. Say what you want: tf.reduce_mean(loss)."
        )
    scale = optimizer.scale_loss(tf.ones([]))
    seed = tf.cast(scale, loss.dtype) * tf.ones_like(loss)
    gradients = add_repeated_rows(tape.gradient(loss, variables, output_gradients=seed))
    if max_norm < math.inf:  # tf.clip_by_global_norm would make NaN of infinity
        norm = tf.linalg.global_norm(gradients)
        longest = max_norm * tf.cast(scale, norm.dtype)
        gradients, _ = tf.clip_by_global_norm(gradients, longest, use_norm=norm)
    optimizer.apply(gradients, variables)


def _check_descent(variables: Sequence[tf.Variable], max_norm: float) -> None:
    """Raises ValueError if an update would move nothing, or not as it should."""
    if not variables:
        raise ValueError(
            "variables must hold at least one weight to train, got none. A cell makes its weights "
            "in its first call: call the network once before."
        )
    if not max_norm > 0:
        raise ValueError(
            f"max_norm must be above 0, got {max_norm}. Pass, say, 1.0, or math.inf for none."
        )


def add_repeated_rows(gradients: Iterable[Gradient]) -> list[Gradient]:
    """The same gradients, in which each row of a table stands at most once.

    The gradient of `tf.gather` is a `tf.IndexedSlices`, which lists a row as often as it was read.
    What looks at the rows one by one, as `tf.clip_by_global_norm` and Keras's `global_clipnorm`
    do, takes the length of the list for that of the gradient.

    Args:
      gradients: as a tape gives them; tensors and None stay as they are.

    Returns:
      A list in the same order.

    >>> twice = tf.IndexedSlices(tf.ones([2, 1]), tf.constant([4, 4]), tf.constant([5, 1]))
    >>> add_repeated_rows([twice])[0].values.numpy()
    array([[2.]], dtype=float32)
    """
    return [_with_rows_added(g) if isinstance(g, tf.IndexedSlices) else g for g in gradients]


def _with_rows_added(gradient: tf.IndexedSlices) -> tf.IndexedSlices:
    rows, places = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)
