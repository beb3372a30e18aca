import keras


def unpack_sequence(inputs):
    for step in keras.ops.unstack(inputs, axis=1):
        yield step
