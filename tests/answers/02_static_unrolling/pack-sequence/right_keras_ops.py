import keras


def pack_sequence(outputs):
    return keras.ops.stack(outputs, axis=1)
