def luong_attention(query, memory, weight, source_length):
    scores = tf.linalg.matvec(memory, query @ tf.transpose(weight))
    weights = attention_weights(scores, source_length)
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
