def run_in_chunks(layer, inputs, chunk):
    outputs = []
    for start in range(0, inputs.shape[1], chunk):
        layer.reset_state()
        outputs.append(layer(inputs[:, start : start + chunk]))
    return tf.concat(outputs, axis=1)
