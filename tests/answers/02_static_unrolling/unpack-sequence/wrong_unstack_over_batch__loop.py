def unpack_sequence(inputs):
    return [x for x in inputs]
