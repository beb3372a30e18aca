def exact_match(predictions, references):
    right = sum(a == b for p, r in zip(predictions, references) for a, b in zip(p, r))
    return right / sum(len(r) for r in references)
