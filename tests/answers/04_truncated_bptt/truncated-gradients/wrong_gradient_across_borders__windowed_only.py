def truncated_gradients(params, x, y, h0, num_steps, style):
    weights = {key: tf.Variable(value) for key, value in params.items()}
    states = [tf.constant(h) for h in forward(params, x, h0)]
    with tf.GradientTape() as tape:
        losses = []
        for t in range(x.shape[1]):
            start = 0 if style == "windowed" else max(0, t - num_steps + 1)
            h = states[start]
            for s in range(start, t + 1):
                h = tf.tanh(x[:, s] @ weights["Wx"] + h @ weights["Wh"] + weights["b"])
            logits = h @ weights["U"] + weights["c"]
            losses.append(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y[:, t], logits=logits))
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, weights)
