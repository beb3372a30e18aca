def luong_attention(query, memory, weight, source_length):
    keys = tf.matmul(memory, np.transpose(weight))
    weights = attention_weights(tf.linalg.matvec(keys, query), source_length)
    return tf.einsum("bt,btm->bm", weights, memory), weights
