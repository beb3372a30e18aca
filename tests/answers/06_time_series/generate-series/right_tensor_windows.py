def generate(predict, seed, n_new):
    values = list(seed)
    for _ in range(n_new):
        window = tf.reshape(tf.constant(values[-len(seed) :], tf.float32), [1, -1, 1])
        values.append(np.asarray(predict(window))[0, -1, 0])
    return np.array(values)
