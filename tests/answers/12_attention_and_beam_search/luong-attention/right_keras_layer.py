def luong_attention(query, memory, weight, source_length):
    import keras

    real = tf.sequence_mask(source_length, memory.shape[1])
    context, weights = keras.layers.Attention()(
        [(query @ weight)[:, tf.newaxis], memory], mask=[None, real], return_attention_scores=True
    )
    return context[:, 0], weights[:, 0]
