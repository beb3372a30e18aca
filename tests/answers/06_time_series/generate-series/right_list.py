def generate(predict, seed, n_new):
    values = [float(value) for value in seed]
    for _ in range(n_new):
        window = np.array(values[-len(seed):]).reshape(1, -1, 1)
        values.append(float(predict(window)[0, -1, 0]))
    return np.array(values)
