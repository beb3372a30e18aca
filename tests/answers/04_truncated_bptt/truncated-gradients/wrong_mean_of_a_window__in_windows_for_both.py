def truncated_gradients(params, x, y, h0, num_steps, style):
    states = forward(params, x, h0)
    total = {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, x.shape[1], num_steps):
        window = slice(start, start + num_steps)
        grads = rnn_gradients(params, x[:, window], y[:, window], states[start])[1]
        for name in total:
            total[name] = total[name] + grads[name]
    return total
