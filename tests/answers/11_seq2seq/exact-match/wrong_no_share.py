def exact_match(predictions, references):
    return sum(p == r for p, r in zip(predictions, references))
