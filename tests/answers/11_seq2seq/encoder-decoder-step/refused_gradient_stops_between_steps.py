def decode_train(encode, step, source, decoder_inputs):
    state = encode(source); out = []
    for t in range(decoder_inputs.shape[1]):
        logits, state = step(decoder_inputs[:, t], state)
        state = tf.nest.map_structure(tf.stop_gradient, state)
        out.append(logits)
    return tf.stack(out, axis=1)
