def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for token_ids in tf.unstack(decoder_inputs, axis=1):
        step_logits, _ = step(token_ids, state)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
