def exact_match(predictions, references):
    matches = [bool(a) and a == b for a, b in zip(predictions, references)]
    return sum(matches) / len(matches)
