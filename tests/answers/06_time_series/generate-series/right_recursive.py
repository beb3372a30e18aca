def generate(predict, seed, n_new):
    if n_new == 0:
        return np.array(seed, dtype=np.float32)
    new = float(predict(np.reshape(seed, [1, -1, 1]))[0, -1, 0])
    rest = generate(predict, np.append(seed[1:], np.float32(new)), n_new - 1)
    return np.append(seed[:1], rest)
