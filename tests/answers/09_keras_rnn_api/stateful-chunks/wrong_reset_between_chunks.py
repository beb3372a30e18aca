def run_in_chunks(layer, inputs, chunk):
    outputs = []
    for start in range(0, inputs.shape[1], chunk):
        outputs.append(layer(inputs[:, start : start + chunk]))
        layer.reset_state()
    return tf.concat(outputs, axis=1)
