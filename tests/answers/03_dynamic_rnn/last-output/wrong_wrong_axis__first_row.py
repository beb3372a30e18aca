def last_output(outputs, sequence_length):
    return outputs[:, sequence_length - 1][0]
