def generate(predict, seed, n_new):
    values = list(seed)
    for _ in range(n_new):
        window = np.array(values[-len(seed):], dtype=np.float32)
        values.append(float(predict(window[None, :, None])[0, 0, 0]))
    return np.array(values)
