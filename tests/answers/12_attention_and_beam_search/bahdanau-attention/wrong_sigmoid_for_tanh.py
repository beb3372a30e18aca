import tensorflow as tf


def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = tf.sigmoid((query @ W_query)[:, None, :] + memory @ W_memory)
    scores = tf.reduce_sum(hidden * v, axis=2)
    weights = attention_weights(scores, source_length)
    return tf.reduce_sum(weights[:, :, None] * memory, axis=1), weights
