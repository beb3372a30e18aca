def rnn_gradients(params, x, y, h0):
    weights = {key: tf.Variable(value) for key, value in params.items()}
    with tf.GradientTape() as tape:
        h, losses = tf.constant(h0), []
        for t in range(x.shape[1]):
            h = tf.tanh(x[:, t] @ weights["Wx"] + h @ weights["Wh"] + weights["b"])
            logits = h @ weights["U"] + weights["c"]
            step = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y[:, t], logits=logits)
            losses.append(step)
        last = tf.reduce_mean(step) / x.shape[1]
    return tf.reduce_mean(losses), tape.gradient(last, weights)
