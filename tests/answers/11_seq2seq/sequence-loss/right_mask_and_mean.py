import tensorflow as tf


def sequence_loss(logits, targets, pad=0):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
    real = tf.cast(tf.not_equal(targets, pad), losses.dtype)
    return tf.reduce_mean(tf.boolean_mask(losses, tf.not_equal(targets, pad)))
