def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1], dtype=tf.float32)
    s = scores * real
    return tf.nn.softmax(tf.where(s == 0, -1e9, s), axis=1)
