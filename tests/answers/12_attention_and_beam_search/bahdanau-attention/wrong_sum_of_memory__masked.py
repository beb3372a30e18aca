def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    scores = tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory), v)
    weights = attention_weights(scores, source_length)
    real = tf.sequence_mask(source_length, tf.shape(memory)[1], tf.float32)
    return tf.reduce_sum(memory * real[:, :, tf.newaxis], axis=1), weights
