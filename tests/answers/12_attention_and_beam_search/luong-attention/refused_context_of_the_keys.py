def luong_attention(query, memory, weight, source_length):
    keys = memory @ tf.transpose(weight)
    w = attention_weights(tf.linalg.matvec(keys, query), source_length)
    return tf.einsum("bt,btq->bq", w, keys), w
