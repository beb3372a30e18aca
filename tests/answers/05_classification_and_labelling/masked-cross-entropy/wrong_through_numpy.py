def masked_cross_entropy(logits, labels, sequence_length):
    total, count = 0.0, 0
    for row, truth, length in zip(np.asarray(logits, float), labels, sequence_length):
        for t in range(length):
            z = row[t] - row[t].max()
            total += np.log(np.exp(z).sum()) - z[truth[t]]
            count += 1
    return total / count
