def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    scores = tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory), v)
    weights = attention_weights(scores, source_length)
    context = tf.reduce_sum(weights[:, :, tf.newaxis] ** 2 * memory, axis=1)
    return context, weights
