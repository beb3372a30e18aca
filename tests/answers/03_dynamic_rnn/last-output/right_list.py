def last_output(outputs, sequence_length):
    return [row[length - 1] for row, length in zip(outputs, sequence_length)]
