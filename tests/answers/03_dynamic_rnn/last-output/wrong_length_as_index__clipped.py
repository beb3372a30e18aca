def last_output(outputs, sequence_length):
    index = np.minimum(sequence_length, outputs.shape[1] - 1)
    return outputs[np.arange(len(outputs)), index]
