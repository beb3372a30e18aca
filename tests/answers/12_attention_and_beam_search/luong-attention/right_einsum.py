def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, source_length)
    return tf.einsum("bt,btm->bm", weights, memory), weights
