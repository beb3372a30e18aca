def generate(predict, seed, n_new):
    from collections import deque

    window, result = deque(seed, maxlen=len(seed)), list(seed)
    for _ in range(n_new):
        new = predict(np.array([[[value] for value in window]], dtype=np.float32))[0][-1][0]
        window.append(new)
        result.append(float(new))
    return result
