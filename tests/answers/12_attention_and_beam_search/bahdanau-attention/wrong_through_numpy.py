def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    keys = np.array([steps @ np.asarray(W_memory) for steps in np.asarray(memory)])
    hidden = tf.tanh(tf.expand_dims(query @ W_query, 1) + keys)
    weights = attention_weights(tf.reduce_sum(hidden * v, axis=-1), source_length)
    return tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1), weights
