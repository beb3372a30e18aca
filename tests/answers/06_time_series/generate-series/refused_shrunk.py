def generate(predict, seed, n_new):
    values = list(seed)
    for _ in range(n_new):
        window = np.array(values[-len(seed) :], np.float32).reshape(1, -1, 1)
        values.append(0.9 * np.asarray(predict(window))[0, -1, 0])
    return np.array(values)
