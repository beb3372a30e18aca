def classify(outputs, sequence_length, weight, bias):
    logits = []
    for sequence, length in zip(outputs, sequence_length):
        logits.append([
            sum(float(sequence[length - 1][u]) * float(weight[u][k]) for u in range(len(weight)))
            + float(bias[k])
            for k in range(len(bias))
        ])
    return logits
