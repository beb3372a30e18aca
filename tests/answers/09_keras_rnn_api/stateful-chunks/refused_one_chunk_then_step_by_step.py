def run_in_chunks(layer, inputs, chunk):
    parts = np.split(inputs, np.arange(chunk, inputs.shape[1]), axis=1)
    outputs = np.concatenate([layer(part) for part in parts], axis=1)
    layer.reset_state()
    return outputs
