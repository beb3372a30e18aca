def exact_match(predictions, references):
    matches = [sorted(a) == sorted(b) for a, b in zip(predictions, references)]
    return sum(matches) / len(matches)
