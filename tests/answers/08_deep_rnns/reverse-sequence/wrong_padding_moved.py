def reverse_sequence(inputs, sequence_length):
    result = np.array(inputs)
    for row, n in enumerate(sequence_length):
        result[row] = np.concatenate([inputs[row, n:], inputs[row, :n][::-1]])
    return result
