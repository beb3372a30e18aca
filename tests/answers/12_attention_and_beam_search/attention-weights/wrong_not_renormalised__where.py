def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    return tf.where(real, tf.nn.softmax(scores), 0.0)
