def exact_match(predictions, references):
    right = 0
    for p, r in zip(predictions, references):
        if len(p) == len(r) and all(a == b for a, b in zip(p, r)):
            right += 1
    return right / len(references)
