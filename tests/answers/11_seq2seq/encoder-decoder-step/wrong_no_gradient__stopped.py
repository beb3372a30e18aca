def decode_train(encode, step, source, decoder_inputs):
    state = tf.nest.map_structure(tf.stop_gradient, encode(source)); out = []
    for t in range(decoder_inputs.shape[1]):
        logits, state = step(decoder_inputs[:, t], state)
        out.append(logits)
    return tf.stack(out, axis=1)
