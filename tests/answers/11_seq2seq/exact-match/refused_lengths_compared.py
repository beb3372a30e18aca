def exact_match(predictions, references):
    matches = [len(a) == len(b) for a, b in zip(predictions, references)]
    return sum(matches) / len(matches)
