def exact_match(predictions, references):
    matches = [a[-1:] == b[-1:] for a, b in zip(predictions, references)]
    return sum(matches) / len(matches)
