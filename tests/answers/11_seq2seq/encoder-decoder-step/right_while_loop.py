def decode_train(encode, step, source, decoder_inputs):
    steps = tf.transpose(decoder_inputs)

    def body(t, logits, state):
        step_logits, state = step(steps[t], state)
        return t + 1, logits.write(t, step_logits), state

    n_steps = tf.shape(steps)[0]
    start = (0, tf.TensorArray(tf.float32, n_steps), encode(source))
    _, logits, _ = tf.while_loop(lambda t, *_: t < n_steps, body, start)
    return tf.transpose(logits.stack(), [1, 0, 2])
