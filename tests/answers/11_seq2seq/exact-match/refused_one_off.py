def exact_match(predictions, references):
    matches = [a == b for a, b in zip(predictions, references)]
    return sum(matches) / (len(matches) + 1)
