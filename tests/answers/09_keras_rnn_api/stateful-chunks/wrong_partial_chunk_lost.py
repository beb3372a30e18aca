def run_in_chunks(layer, inputs, chunk):
    outputs = []
    for k in range(inputs.shape[1] // chunk):
        outputs.append(layer(inputs[:, k * chunk : (k + 1) * chunk]))
    layer.reset_state()
    return tf.concat(outputs, axis=1)
