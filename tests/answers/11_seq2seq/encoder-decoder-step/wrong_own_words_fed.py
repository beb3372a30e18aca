def decode_train(encode, step, source, decoder_inputs):
    state, token_ids = encode(source), decoder_inputs[:, 0]
    logits = []
    for _ in range(decoder_inputs.shape[1]):
        step_logits, state = step(token_ids, state)
        token_ids = tf.argmax(step_logits, axis=1)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
