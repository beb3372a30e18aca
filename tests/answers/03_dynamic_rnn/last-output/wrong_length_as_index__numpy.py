def last_output(outputs, sequence_length):
    return np.stack([row[length] for row, length in zip(outputs, sequence_length)])
