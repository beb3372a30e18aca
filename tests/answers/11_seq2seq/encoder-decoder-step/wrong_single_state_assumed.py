def decode_train(encode, step, source, decoder_inputs):
    state = tf.convert_to_tensor(encode(source))
    logits = []
    for token_ids in tf.unstack(decoder_inputs, axis=1):
        step_logits, state = step(token_ids, state)
        state = tf.convert_to_tensor(state)
        logits.append(step_logits)
    return tf.stack(logits, axis=1)
