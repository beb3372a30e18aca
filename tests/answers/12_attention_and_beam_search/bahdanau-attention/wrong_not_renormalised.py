def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    scores = tf.linalg.matvec(tf.tanh((query @ W_query)[:, tf.newaxis] + memory @ W_memory), v)
    real = tf.sequence_mask(source_length, tf.shape(scores)[1])
    weights = tf.nn.softmax(scores) * tf.cast(real, tf.float32)
    context = tf.reduce_sum(weights[:, :, tf.newaxis] * memory, axis=1)
    return context, weights
