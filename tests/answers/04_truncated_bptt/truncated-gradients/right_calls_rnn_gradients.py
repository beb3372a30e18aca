def truncated_gradients(params, x, y, h0, num_steps, style):
    states = forward(params, x, h0)
    time = x.shape[1]
    total = {key: np.zeros(np.shape(value)) for key, value in params.items()}

    def add(start, end, share):
        _, grads = rnn_gradients(params, x[:, start:end], y[:, start:end], states[start])
        for key in total:
            total[key] = total[key] + share * grads[key]

    if style == "windowed":
        for start in range(0, time, num_steps):
            add(start, start + num_steps, num_steps / time)
        return total
    # The errors of steps a..b, minus the errors of all of them but the last one.
    for t in range(time):
        start = max(0, t - num_steps + 1)
        add(start, t + 1, (t + 1 - start) / time)
        if t > start:
            add(start, t, -(t - start) / time)
    return total
