import tensorflow as tf


def attention_weights(scores, source_length):
    scores = tf.convert_to_tensor(scores)
    mask = tf.sequence_mask(source_length, tf.shape(scores)[1])
    scores = scores + (1 - tf.cast(mask, scores.dtype)) * -1e9
    return tf.nn.softmax(scores, axis=1)
