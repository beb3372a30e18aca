def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    scores = tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory), v)
    weights = attention_weights(scores, tf.fill([len(query)], source_length[0]))
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
