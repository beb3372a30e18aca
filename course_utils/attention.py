"""Attention: which steps of the source an output looks at, and what it sees there."""

import tensorflow as tf


def attention_weights(scores: tf.Tensor, source_length: tf.Tensor) -> tf.Tensor:
    """A softmax over the real steps of each source; padding gets nothing.

    Args:
      scores: [batch, time], or [batch, steps, time] for several queries of each sentence.
      source_length: [batch] integers in 1..time.

    Returns:
      Weights of the shape of `scores`, float; along time they are at least 0 and add up to 1.

    Raises:
      ValueError: if `scores` has another number of axes.

    >>> attention_weights(tf.constant([[1.0, 1.0, 9.0]]), tf.constant([2])).numpy()
    array([[0.5, 0.5, 0. ]], dtype=float32)
    """
    scores = tf.convert_to_tensor(scores)
    if scores.shape.rank not in (2, 3):
        raise ValueError(
            f"scores must be [batch, time] or [batch, steps, time], got the shape {scores.shape}."
        )
    real = tf.sequence_mask(source_length, tf.shape(scores)[-1])  # [batch, time]
    if scores.shape.rank == 3:
        real = real[:, tf.newaxis]
    return tf.nn.softmax(tf.where(real, scores, scores.dtype.min), axis=-1)


def luong_attention(
    query: tf.Tensor, memory: tf.Tensor, weight: tf.Tensor, source_length: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Attention with scores that are products: query W memory.

    Luong, Pham and Manning (2015) call this score "general".

    Args:
      query: [batch, q], or [batch, steps, q] for several queries of each sentence.
      memory: [batch, time, m].
      weight: [q, m].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts [batch, m] or [batch, steps, m], and the weights [batch, time] or
      [batch, steps, time].

    >>> one = tf.ones([1, 1])
    >>> context, weights = luong_attention(one, tf.constant([[[0.0], [4.0]]]), 0 * one, [2])
    >>> context.numpy(), weights.numpy()
    (array([[2.]], dtype=float32), array([[0.5, 0.5]], dtype=float32))
    """
    query = tf.convert_to_tensor(query)
    scores = tf.einsum("b...q,qm,btm->b...t", query, weight, memory)
    return _context(attention_weights(scores, source_length), memory)


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
      memory: [batch, time, m].
      W_query: [q, units].
      W_memory: [m, units].
      v: [units].
      source_length: [batch] integers in 1..time.

    Returns:
      The contexts and the weights, as `luong_attention` gives them.

    >>> query, memory = tf.ones([2, 3]), tf.ones([2, 5, 4])
    >>> W_query, W_memory, v = tf.ones([3, 6]), tf.ones([4, 6]), tf.ones([6])
    >>> context, weights = bahdanau_attention(query, memory, W_query, W_memory, v, [5, 1])
    >>> context.shape, weights.shape
    (TensorShape([2, 4]), TensorShape([2, 5]))
    """
    query, memory = tf.convert_to_tensor(query), tf.convert_to_tensor(memory)
    keys = memory @ W_memory  # [batch, time, units]
    if query.shape.rank == 3:
        keys = keys[:, tf.newaxis]
    total = tf.tanh(tf.expand_dims(query @ W_query, -2) + keys)  # [batch, (steps,) time, units]
    return _context(attention_weights(tf.linalg.matvec(total, v), source_length), memory)


def _context(weights: tf.Tensor, memory: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.einsum("b...t,btm->b...m", weights, memory), weights
