def truncated_gradients(params, x, y, h0, num_steps, style):
    w = {key: np.asarray(value, np.float64) for key, value in params.items()}
    hs = forward(w, np.asarray(x, np.float64), np.asarray(h0, np.float64))
    grads = {key: np.zeros_like(value) for key, value in w.items()}
    time = x.shape[1]
    under_way = []  # the errors that are still on their way back: their first step, and dh
    for s in reversed(range(time)):
        error = (softmax(hs[s + 1] @ w["U"] + w["c"]) - np.eye(len(w["c"]))[y[:, s]]) / y.size
        grads["U"] += hs[s + 1].T @ error
        grads["c"] += error.sum(0)
        first = s - s % num_steps if style == "windowed" else s - num_steps + 1
        under_way = [(f, dh) for f, dh in under_way if f <= s] + [(first, error @ w["U"].T)]
        slope = 1 - hs[s + 1] ** 2
        dz = sum(dh for _, dh in under_way) * slope
        grads["Wx"] += x[:, s].T @ dz
        grads["Wh"] += hs[s].T @ dz
        grads["b"] += dz.sum(0)
        under_way = [(f, (dh * slope) @ w["Wh"].T) for f, dh in under_way]
    return grads
