def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    weights = tf.nn.softmax(tf.where(real, scores, -100.0))
    return tf.einsum("bt,btm->bm", weights, memory), weights
