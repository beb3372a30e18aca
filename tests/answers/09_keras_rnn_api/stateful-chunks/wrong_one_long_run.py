def run_in_chunks(layer, inputs, chunk):
    outputs = layer(inputs)
    layer.reset_state()
    return outputs
