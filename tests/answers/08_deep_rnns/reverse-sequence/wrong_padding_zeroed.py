def reverse_sequence(inputs, sequence_length):
    result = np.zeros_like(inputs)
    for row, n in enumerate(sequence_length):
        result[row, :n] = inputs[row, :n][::-1]
    return result
