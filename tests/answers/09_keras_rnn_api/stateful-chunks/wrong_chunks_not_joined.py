def run_in_chunks(layer, inputs, chunk):
    for start in range(0, inputs.shape[1], chunk):
        outputs = layer(inputs[:, start : start + chunk])
    layer.reset_state()
    return outputs
