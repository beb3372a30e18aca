def truncated_gradients(params, x, y, h0, num_steps, style):
    return rnn_gradients(params, x, y, h0)[1]
