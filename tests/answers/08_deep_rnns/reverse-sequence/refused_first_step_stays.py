def reverse_sequence(inputs, sequence_length):
    turned = np.array(inputs)
    for row, n in zip(turned, sequence_length):
        row[1:n] = row[1:n][::-1].copy()
    return turned
