def last_output(outputs, sequence_length):
    return np.asarray(outputs)[np.arange(len(sequence_length)), np.asarray(sequence_length) - 1]
