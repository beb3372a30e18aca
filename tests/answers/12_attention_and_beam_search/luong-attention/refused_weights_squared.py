def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, source_length)
    context = tf.reduce_sum(weights[:, :, tf.newaxis] ** 2 * memory, axis=1)
    return context, weights
