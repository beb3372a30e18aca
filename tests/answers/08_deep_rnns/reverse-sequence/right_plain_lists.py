def reverse_sequence(inputs, sequence_length):
    rows = []
    for x, n in zip(np.asarray(inputs).tolist(), np.asarray(sequence_length).tolist()):
        rows.append(x[:n][::-1] + x[n:])
    return rows
