def truncated_gradients(params, x, y, h0, num_steps, style):
    weights = {key: tf.Variable(value) for key, value in params.items()}
    states = [tf.constant(h) for h in forward(params, x, h0)]

    def step_loss(start, t):
        h = states[start]
        for s in range(start, t + 1):
            h = tf.tanh(x[:, s] @ weights["Wx"] + h @ weights["Wh"] + weights["b"])
        logits = h @ weights["U"] + weights["c"]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y[:, t], logits=logits)

    with tf.GradientTape() as tape:
        losses = []
        for t in range(x.shape[1]):
            if style == "windowed":
                losses.append(step_loss(t - t % num_steps, t))
            else:
                losses.append(step_loss(max(0, t - num_steps + 1), t))
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, weights)
