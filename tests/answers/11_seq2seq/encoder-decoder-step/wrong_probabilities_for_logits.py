def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for t in range(decoder_inputs.shape[1]):
        step_logits, state = step(decoder_inputs[:, t], state)
        logits.append(step_logits)
    return tf.nn.softmax(tf.stack(logits, axis=1))
