def attention_weights(scores, source_length):
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    return tf.nn.softmax(tf.where(real, scores, -1e9), axis=0)
