def unpack_sequence(inputs):
    return map(lambda t: inputs[:, t], range(inputs.shape[1]))
