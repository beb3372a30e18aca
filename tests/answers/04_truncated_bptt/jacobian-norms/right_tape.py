def jacobian_norms(Wh, states):
    norms = []
    for t in range(len(states)):
        start = tf.constant(states[t : t + 1])
        with tf.GradientTape() as tape:
            tape.watch(start)
            h = start
            for s in range(t + 1, len(states)):
                total = np.arctanh(states[s]) - states[s - 1] @ Wh
                h = tf.tanh(h @ Wh + total)
        jacobian = tape.jacobian(h, start)[0, :, 0, :]
        norms.append(tf.norm(jacobian, ord=2, axis=[0, 1]))
    return norms
