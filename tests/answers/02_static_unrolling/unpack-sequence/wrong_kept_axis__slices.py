def unpack_sequence(inputs):
    return [inputs[:, t : t + 1, :] for t in range(inputs.shape[1])]
