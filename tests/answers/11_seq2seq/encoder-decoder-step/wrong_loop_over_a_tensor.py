def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for token_ids in tf.transpose(decoder_inputs):
        step_logits, state = step(token_ids, state)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
