def run_in_chunks(layer, inputs, chunk):
    layer.reset_state()
    starts = range(0, inputs.shape[1], chunk)
    return tf.concat([layer(inputs[:, t : t + chunk]) for t in starts], axis=1)
