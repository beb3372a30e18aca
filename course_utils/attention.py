"""Attention: which steps of the source an output looks at, and what it sees there."""

import numpy as np
import tensorflow as tf


def attention_weights(scores: tf.Tensor, source_length: tf.Tensor) -> tf.Tensor:
    """A softmax over the real steps of each source; padding gets nothing.

    Args:
      scores: [batch, time], or [batch, steps, time] for several queries of each sentence; behind a
        source's end they may be anything.
      source_length: [batch] integers in 1..time.

    Returns:
      Weights of the shape of `scores`, float; along time they are at least 0 and add up to 1.

    Raises:
      TypeError: if `source_length` holds no integers.
      ValueError: if `scores` has another number of axes, or `source_length` does not fit; of
        lengths that are known only when a graph runs, `tf.errors.InvalidArgumentError` then.

    >>> attention_weights(tf.constant([[1.0, 1.0, 9.0]]), tf.constant([2])).numpy()
    array([[0.5, 0.5, 0. ]], dtype=float32)
    """
    scores = tf.convert_to_tensor(scores)
    if scores.shape.rank not in (2, 3):
        raise ValueError(
            f"scores must be [batch, time] or [batch, steps, time], got the shape {scores.shape}."
        )
    return _masked_softmax(scores, _real_steps(source_length, scores, time_axis=-1))


def luong_attention(
    query: tf.Tensor, memory: tf.Tensor, weight: tf.Tensor, source_length: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Attention with scores that are products: query W memory.

    Luong, Pham and Manning (2015) call this score "general".

    Args:
      query: [batch, q], or [batch, steps, q] for several queries of each sentence.
      memory: [batch, time, m]; behind a source's end it may be anything.
      weight: [q, m].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts [batch, m] or [batch, steps, m], and the weights [batch, time] or
      [batch, steps, time].

    Raises:
      TypeError: as `attention_weights`.
      ValueError: as `attention_weights`, or if `memory` has not three axes.

    >>> one = tf.ones([1, 1])
    >>> context, weights = luong_attention(one, tf.constant([[[0.0], [4.0]]]), 0 * one, [2])
    >>> context.numpy(), weights.numpy()
    (array([[2.]], dtype=float32), array([[0.5, 0.5]], dtype=float32))
    """
    query = tf.convert_to_tensor(query)
    memory, real = _without_padding(memory, source_length)
    scores = tf.einsum("b...q,qm,btm->b...t", query, weight, memory)
    return _context(_masked_softmax(scores, real), memory)


def bahdanau_attention(
    query: tf.Tensor,
    memory: tf.Tensor,
    W_query: tf.Tensor,
    W_memory: tf.Tensor,
    v: tf.Tensor,
    source_length: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Attention with scores from a small network: v · tanh(query W_query + memory W_memory).

    Bahdanau, Cho and Bengio (2015) had the idea of attention in this form.

    Args:
      query: [batch, q], or [batch, steps, q] for several queries of each sentence.
      memory: [batch, time, m]; behind a source's end it may be anything.
      W_query: [q, units].
      W_memory: [m, units].
      v: [units].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts and the weights, as `luong_attention` gives them.

    Raises:
      TypeError: as `luong_attention`.
      ValueError: as `luong_attention`.

    >>> query, memory = tf.ones([2, 3]), tf.ones([2, 5, 4])
    >>> W_query, W_memory, v = tf.ones([3, 6]), tf.ones([4, 6]), tf.ones([6])
    >>> context, weights = bahdanau_attention(query, memory, W_query, W_memory, v, [5, 1])
    >>> context.shape, weights.shape
    (TensorShape([2, 4]), TensorShape([2, 5]))
    """
    query = tf.convert_to_tensor(query)
    memory, real = _without_padding(memory, source_length)
    keys = memory @ W_memory  # [batch, time, units]
    if query.shape.rank == 3:
        keys = keys[:, tf.newaxis]
    total = tf.tanh(tf.expand_dims(query @ W_query, -2) + keys)  # [batch, (steps,) time, units]
    return _context(_masked_softmax(tf.linalg.matvec(total, v), real), memory)


def _masked_softmax(scores: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
    """The weights of scores [batch, (steps,) time], where `real` [batch, time] is true."""
    if scores.shape.rank == 3:
        real = real[:, tf.newaxis]
    return tf.nn.softmax(tf.where(real, scores, scores.dtype.as_numpy_dtype("-inf")), axis=-1)


def _without_padding(memory: tf.Tensor, source_length: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The memory with zeros behind each source's end, and which of its steps are real.

    A weight of 0 would not do: 0 times NaN is NaN, in the context and in the gradients.
    """
    memory = tf.convert_to_tensor(memory)
    if memory.shape.rank != 3:
        raise ValueError(
            f"memory must have three axes, [batch, time, m], got the shape {memory.shape}. "
            "For a single sentence pass memory[tf.newaxis]."
        )
    real = _real_steps(source_length, memory, time_axis=1)
    return tf.where(real[..., tf.newaxis], memory, tf.zeros([], memory.dtype)), real


def _real_steps(source_length: tf.Tensor, values: tf.Tensor, time_axis: int) -> tf.Tensor:
    """Which steps of `values` [batch, ...] are real, [batch, time], once the lengths are checked.

    A length that is wrong would be right for a softmax: padding would have its share of it.
    """
    lengths = tf.convert_to_tensor(source_length)
    if not lengths.dtype.is_integer:
        raise TypeError(
            f"source_length must hold integers, got {lengths.dtype.name}. "
            "Convert it: tf.cast(source_length, tf.int32)."
        )
    expected = tf.TensorShape(values.shape[:1])
    if lengths.shape.rank != 1 or not lengths.shape.is_compatible_with(expected):
        raise ValueError(
            f"source_length must have the shape {expected}, one length for each source, got "
            f"{lengths.shape}. Give each source its own length."
        )
    known, highest = tf.get_static_value(lengths), values.shape[time_axis]
    if known is not None and not ((known >= 1) & (known <= (highest or np.inf))).all():
        raise ValueError(
            f"source_length must be in 1..{highest or 'time'}, got {known.tolist()}. "
            "Count the real steps of each source; padding does not count."
        )
    lengths, size = tf.cast(lengths, tf.int32), tf.shape(values)
    if known is None or highest is None or values.shape[0] is None:
        lengths = _checked_in_graph(lengths, size[0], size[time_axis])
    return tf.sequence_mask(lengths, size[time_axis])


def _checked_in_graph(lengths: tf.Tensor, batch: tf.Tensor, time: tf.Tensor) -> tf.Tensor:
    """The lengths, checked while the graph runs: a single one would be broadcast in silence."""
    right = tf.reduce_all((lengths >= 1) & (lengths <= time)) & (tf.size(lengths) == batch)
    message = "source_length must hold an integer in 1..time for each source of the batch, got"
    with tf.control_dependencies([tf.debugging.Assert(right, [message, lengths])]):
        return tf.identity(lengths)


def _context(weights: tf.Tensor, memory: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.einsum("b...t,btm->b...m", weights, memory), weights
