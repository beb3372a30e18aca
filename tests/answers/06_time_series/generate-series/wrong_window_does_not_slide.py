def generate(predict, seed, n_new):
    values = list(seed)
    for _ in range(n_new):
        values.append(float(predict(np.reshape(seed, [1, -1, 1]))[0, -1, 0]))
    return np.array(values)
