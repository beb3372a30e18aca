def generate(predict, seed, n_new):
    window, result = np.array(seed, dtype=np.float32), list(seed)
    for _ in range(n_new):
        new = np.asarray(predict(window[np.newaxis, :, np.newaxis]))[0, -1, 0]
        window = np.roll(window, -1)
        window[-1] = new
        result.append(new)
    return np.array(result)
