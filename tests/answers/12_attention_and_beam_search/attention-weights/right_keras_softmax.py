import tensorflow as tf


import keras


def attention_weights(scores, source_length):
    scores = tf.convert_to_tensor(scores)
    mask = tf.sequence_mask(source_length, tf.shape(scores)[1])
    return keras.layers.Softmax()(scores, mask=mask)
