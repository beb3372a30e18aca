def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for token_ids in tf.unstack(decoder_inputs, axis=1):
        step_logits, state = step(token_ids, state)
        logits += [step_logits[:, tf.newaxis]]
    return tf.concat(logits, axis=1)
