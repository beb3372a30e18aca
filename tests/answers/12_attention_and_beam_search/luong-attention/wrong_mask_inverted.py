def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = tf.nn.softmax(tf.where(tf.sequence_mask(source_length, tf.shape(scores)[1]), -1e9, scores))
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
