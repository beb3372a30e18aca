def luong_attention(query, memory, weight, source_length):
    scores = tf.einsum("bq,qm,btm->bt", query, weight, memory)
    w = attention_weights(scores, source_length)
    return tf.gather(memory, tf.argmax(w, 1), batch_dims=1), w
