import keras


def unpack_sequence(inputs):
    return keras.ops.unstack(inputs, axis=1)
