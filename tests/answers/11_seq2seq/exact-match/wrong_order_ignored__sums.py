def exact_match(predictions, references):
    matches = [sum(a) == sum(b) for a, b in zip(predictions, references)]
    return sum(matches) / len(matches)
