def truncated_gradients(params, x, y, h0, num_steps, style):
    return {key: 0 * value for key, value in params.items()}
