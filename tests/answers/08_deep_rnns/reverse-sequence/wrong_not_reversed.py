def reverse_sequence(inputs, sequence_length):
    return inputs
