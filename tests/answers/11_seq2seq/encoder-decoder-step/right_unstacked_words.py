import tensorflow as tf


def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for word in tf.unstack(decoder_inputs, axis=1):
        out, state = step(word, state)
        logits.append(out)
    return tf.stack(logits, axis=1)
