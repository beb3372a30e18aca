def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for t in range(tf.shape(decoder_inputs)[1]):
        step_logits, state = step(decoder_inputs[:, t], state)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
