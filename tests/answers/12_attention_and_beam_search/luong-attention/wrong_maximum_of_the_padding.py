def luong_attention(query, memory, weight, source_length):
    scores = tf.linalg.matvec(memory, query @ weight)
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    powers = tf.exp(scores - tf.reduce_max(scores, axis=1, keepdims=True))
    powers = tf.where(real, powers, 0)
    weights = powers / tf.reduce_sum(powers, axis=1, keepdims=True)
    return tf.einsum("bt,btm->bm", weights, memory), weights
