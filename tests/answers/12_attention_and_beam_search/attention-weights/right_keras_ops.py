def attention_weights(scores, source_length):
    import keras

    real = keras.ops.arange(scores.shape[1]) < keras.ops.expand_dims(source_length, 1)
    return keras.ops.softmax(keras.ops.where(real, scores, -1e9), axis=-1)
