def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    weights = attention_weights(scores, source_length) ** 2
    return weights, tf.einsum("bt,btm->bm", weights, memory)
