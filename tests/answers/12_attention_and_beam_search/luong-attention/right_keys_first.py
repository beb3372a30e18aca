def luong_attention(query, memory, weight, source_length):
    keys = memory @ tf.transpose(weight)  # [batch, time, q]
    weights = attention_weights(tf.linalg.matvec(keys, query), source_length)
    return tf.linalg.matvec(memory, weights, transpose_a=True), weights
