def generate(predict, seed, n_new):
    window, values = np.array(seed), list(seed)
    for _ in range(n_new):
        new = predict(window[None, :, None])[0, -1, 0]
        window = np.append([new], window[:-1]).astype(np.float32)
        values.append(new)
    return np.array(values)
