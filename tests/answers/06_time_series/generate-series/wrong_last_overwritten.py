def generate(predict, seed, n_new):
    window, values = np.array(seed), list(seed)
    for _ in range(n_new):
        window[-1] = predict(window[None, :, None])[0, -1, 0]
        values.append(window[-1])
    return np.array(values)
