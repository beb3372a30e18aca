def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    import keras

    layer = keras.layers.AdditiveAttention()
    real = tf.sequence_mask(source_length, memory.shape[1])
    inputs = [(query @ W_query)[:, tf.newaxis], memory, memory @ W_memory]
    layer.build([tuple(x.shape) for x in inputs])
    layer.scale.assign(v)
    context, weights = layer(inputs, mask=[None, real], return_attention_scores=True)
    return context[:, 0], weights[:, 0]
