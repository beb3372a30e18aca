def shift_targets(ids, go, eos, pad, length):
    kept = tf.cast(ids, tf.int32)[: length - 1]
    rest = [[0, length - 1 - len(kept)]]
    inputs = tf.pad(tf.concat([[go], kept], axis=0), rest, constant_values=pad)
    targets = tf.pad(tf.concat([kept, [eos]], axis=0), rest, constant_values=pad)
    return inputs, targets
