def masked_error(logits, labels, sequence_length):
    wrong = count = 0
    for row, truth, length in zip(logits, labels, sequence_length):
        for t in range(int(length)):
            best = max(range(len(row[t])), key=lambda k: float(row[t][k]))
            wrong += best != int(truth[t])
            count += 1
    return wrong / count
