def last_output(outputs, sequence_length):
    return outputs[:, 0]
