def run_in_chunks(layer, inputs, chunk):
    outputs = [layer(inputs[:, t : t + chunk]) for t in range(0, inputs.shape[1], chunk)]
    layer.reset_state()
    return np.concatenate(outputs, axis=1)
