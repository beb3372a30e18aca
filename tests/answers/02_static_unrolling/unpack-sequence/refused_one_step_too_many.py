def unpack_sequence(inputs):
    return [inputs[:, t] for t in range(inputs.shape[1] + 1)]
