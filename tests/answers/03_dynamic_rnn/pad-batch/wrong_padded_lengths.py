def pad_batch(sequences):
    longest = max(len(sequence) for sequence in sequences)
    inputs = [list(s) + [0] * (longest - len(s)) for s in sequences]
    return inputs, [len(row) for row in inputs]
