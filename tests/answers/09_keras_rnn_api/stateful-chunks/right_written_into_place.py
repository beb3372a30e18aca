def run_in_chunks(layer, inputs, chunk):
    batch, time, _ = inputs.shape
    outputs = np.empty([batch, time, layer.units], np.float32)
    while_at = 0
    while while_at < time:
        piece = inputs[:, while_at : while_at + chunk]
        outputs[:, while_at : while_at + chunk] = layer(piece)
        while_at += chunk
    for state in layer.states:
        state.assign(keras.ops.zeros_like(state))
    return outputs
