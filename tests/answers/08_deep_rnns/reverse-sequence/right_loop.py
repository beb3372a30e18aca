def reverse_sequence(inputs, sequence_length):
    result = np.array(inputs)
    for row, n in enumerate(np.asarray(sequence_length)):
        result[row, :n] = result[row, :n][::-1].copy()
    return result
