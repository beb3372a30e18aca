def truncated_gradients(params, x, y, h0, num_steps, style):
    total = {key: np.zeros(np.shape(value)) for key, value in params.items()}
    time = x.shape[1]
    for start in range(0, time, num_steps):
        window = slice(start, start + num_steps)
        _, grads = rnn_gradients(params, x[:, window], y[:, window], h0)
        for key in total:
            total[key] += grads[key] * num_steps / time
    return total
