def run_in_chunks(layer, inputs, chunk):
    starts = range(0, inputs.shape[1], chunk)
    outputs = [layer(inputs[:, t : t + chunk]) for t in starts]
    layer.reset_state()
    return np.concatenate(outputs)
