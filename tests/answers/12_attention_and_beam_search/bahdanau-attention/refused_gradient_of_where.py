def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory)
    scores = tf.linalg.matvec(hidden, v)
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    highest = tf.reduce_max(tf.where(real, scores, -1e9), axis=1, keepdims=True)
    powers = tf.where(real, tf.exp(scores - highest), 0)  # exp is infinite in the padding
    weights = powers / tf.reduce_sum(powers, axis=1, keepdims=True)
    return tf.einsum("bt,btm->bm", weights, memory), weights
