def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    weights = tf.nn.softmax(scores) * tf.cast(real, tf.float32)
    return weights / tf.reduce_sum(weights, axis=1, keepdims=True)
