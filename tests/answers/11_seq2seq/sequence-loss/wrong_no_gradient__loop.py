def sequence_loss(logits, targets, pad=0):
    total, count = 0.0, 0
    for row, ids in zip(np.asarray(logits, np.float64), np.asarray(targets)):
        for scores, i in zip(row, ids):
            if i != pad:
                largest = scores.max()
                total += largest + np.log(np.sum(np.exp(scores - largest))) - scores[i]
                count += 1
    return total / count
