def unpack_sequence(inputs):
    inputs = np.asarray(inputs)
    return [inputs[:, t] for t in range(inputs.shape[1])]
