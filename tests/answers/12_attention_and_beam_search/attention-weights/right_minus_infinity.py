import numpy as np
import tensorflow as tf


def attention_weights(scores, source_length):
    scores = tf.convert_to_tensor(scores)
    mask = tf.sequence_mask(source_length, tf.shape(scores)[1])
    scores = tf.where(mask, scores, tf.constant(-np.inf, scores.dtype))
    return tf.nn.softmax(scores, axis=1)
