def reverse_sequence(inputs, sequence_length):
    rows = []
    for row, n in zip(np.asarray(inputs), sequence_length):
        rows.append(np.concatenate([row[:n][::-1], row[n:][::-1]]))
    return np.stack(rows)
