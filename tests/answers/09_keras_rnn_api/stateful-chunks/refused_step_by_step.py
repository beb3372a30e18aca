def run_in_chunks(layer, inputs, chunk):
    steps = [layer(inputs[:, t : t + 1]) for t in range(inputs.shape[1])]
    layer.reset_state()
    return tf.concat(steps, axis=1)
