def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.tanh(tf.expand_dims(query @ W_query, 1) + memory @ W_memory)
    weights = attention_weights(tf.reduce_sum(hidden * v, axis=-1), source_length)
    return tf.squeeze(weights[:, tf.newaxis] @ memory, 1), weights
