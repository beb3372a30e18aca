def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory)
    real = tf.sequence_mask(source_length, memory.shape[1])
    weights = tf.nn.softmax(tf.linalg.matvec(hidden, v)) * tf.cast(real, tf.float32)
    weights /= tf.reduce_sum(weights, axis=1, keepdims=True)
    return tf.einsum("bt,btm->bm", weights, memory), weights
