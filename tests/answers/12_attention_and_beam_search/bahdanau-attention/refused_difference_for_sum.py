def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.tanh(memory @ W_memory - (query @ W_query)[:, None])
    w = attention_weights(tf.linalg.matvec(hidden, v), source_length)
    return tf.einsum("bt,btm->bm", w, memory), w
