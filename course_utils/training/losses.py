"""The loss of an answer at every step, where sequences end at different steps."""

import tensorflow as tf


def real_step_loss(logits: tf.Tensor, labels: tf.Tensor, sequence_length: tf.Tensor) -> tf.Tensor:
    """The mean cross-entropy over the real steps of a batch; padding has no part in it.

    Args:
      logits: [batch, time, classes].
      labels: [batch, time] class ids; past a sequence's end they mean nothing.
      sequence_length: [batch] integers in 0..time, not all 0.

    Returns:
      A scalar, in nats.

    >>> logits = tf.constant([[[0.0, 0.0], [9.0, -9.0]]])
    >>> real_step_loss(logits, tf.constant([[1, 1]]), tf.constant([1])).numpy().round(4)
    np.float32(0.6931)
    """
    real = tf.sequence_mask(sequence_length, tf.shape(labels)[1])  # [batch, time]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean(losses[real])
