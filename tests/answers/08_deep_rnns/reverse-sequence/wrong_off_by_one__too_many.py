def reverse_sequence(inputs, sequence_length):
    result = np.array(inputs)
    for row, n in enumerate(sequence_length):
        result[row, : n + 1] = result[row, : n + 1][::-1].copy()
    return result
