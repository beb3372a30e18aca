def exact_match(predictions, references):
    pairs = [(a, b) for p, r in zip(predictions, references) for a, b in zip(p, r)]
    return sum(a == b for a, b in pairs) / max(1, len(pairs))
