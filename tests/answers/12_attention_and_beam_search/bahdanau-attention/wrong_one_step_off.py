def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    scores = tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory), v)
    weights = attention_weights(scores, np.minimum(np.asarray(source_length) + 1, memory.shape[1]))
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
