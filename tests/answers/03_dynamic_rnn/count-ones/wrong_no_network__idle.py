counter, _, update = new_network(3, draw_bits)


def predict_count(inputs, sequence_length):
    counter(inputs, sequence_length)
    real = np.arange(inputs.shape[1]) < sequence_length[:, None]
    return np.sum(inputs * real, axis=1)
