def last_output(outputs, sequence_length):
    return outputs[np.arange(len(outputs)), sequence_length - 2]
