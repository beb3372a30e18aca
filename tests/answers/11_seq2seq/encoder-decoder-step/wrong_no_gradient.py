def decode_train(encode, step, source, decoder_inputs):
    state, rows = encode(source), []
    for token_ids in np.transpose(decoder_inputs):
        logits, state = step(token_ids, state)
        rows.append(np.asarray(logits))
    return np.stack(rows).swapaxes(0, 1)
