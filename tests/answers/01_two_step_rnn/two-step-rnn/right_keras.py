def two_step_rnn(X0, X1, Wx, Wh, b):
    inputs = tf.stack([X0, X1], axis=1)
    layer = tf.keras.layers.SimpleRNN(len(b), return_sequences=True)
    layer.build(inputs.shape)
    layer.set_weights([Wx, Wh, b])
    return tf.unstack(layer(inputs), axis=1)
