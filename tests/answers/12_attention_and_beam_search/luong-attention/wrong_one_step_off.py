def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, np.minimum(np.asarray(source_length) + 1, memory.shape[1]))
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
