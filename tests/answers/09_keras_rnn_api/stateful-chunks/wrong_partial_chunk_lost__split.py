def run_in_chunks(layer, inputs, chunk):
    n_chunks = inputs.shape[1] // chunk
    parts = tf.split(inputs[:, : n_chunks * chunk], n_chunks, axis=1)
    outputs = tf.concat([layer(part) for part in parts], axis=1)
    layer.reset_state()
    return outputs
