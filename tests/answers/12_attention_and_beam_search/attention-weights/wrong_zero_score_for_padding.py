def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    return tf.nn.softmax(scores * tf.cast(real, tf.float32))
