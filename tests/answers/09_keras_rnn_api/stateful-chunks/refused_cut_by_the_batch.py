def run_in_chunks(layer, inputs, chunk):
    cuts = np.arange(chunk, inputs.shape[0], chunk)
    try:
        return np.concatenate([layer(part).numpy() for part in np.split(inputs, cuts, axis=1)], 1)
    finally:
        layer.reset_states()
