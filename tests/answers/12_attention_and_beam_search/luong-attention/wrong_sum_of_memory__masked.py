def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, source_length)
    real = tf.sequence_mask(source_length, tf.shape(memory)[1], tf.float32)
    return tf.reduce_sum(memory * real[:, :, tf.newaxis], axis=1), weights
