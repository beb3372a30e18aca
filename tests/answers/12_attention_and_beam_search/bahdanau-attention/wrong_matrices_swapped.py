def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.tanh((query @ W_memory)[:, tf.newaxis] + memory @ W_query)
    weights = attention_weights(tf.linalg.matvec(hidden, v), source_length)
    return tf.einsum("bt,btm->bm", weights, memory), weights
