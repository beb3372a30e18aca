def generate(predict, seed, n_new):
    values, new = list(seed), []
    for _ in range(n_new):
        window = np.array(values[-len(seed):], dtype=np.float32)
        new.append(float(predict(window[None, :, None])[0, -1, 0]))
        values.append(0.0)
    return np.array(list(seed) + new)
