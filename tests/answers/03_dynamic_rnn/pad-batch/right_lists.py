def pad_batch(sequences):
    lengths = [len(sequence) for sequence in sequences]
    longest = max(lengths)
    return [list(s) + [0] * (longest - len(s)) for s in sequences], lengths
