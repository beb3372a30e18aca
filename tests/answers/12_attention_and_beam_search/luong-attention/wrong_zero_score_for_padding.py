def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    weights = tf.nn.softmax(scores * tf.cast(real, tf.float32))
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
