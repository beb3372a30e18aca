def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    highest = tf.reduce_max(tf.where(real, scores, -1e9), axis=1, keepdims=True)
    powers = tf.where(real, tf.exp(scores - highest), 0)  # exp is infinite in the padding
    return powers / tf.reduce_sum(powers, axis=1, keepdims=True)
