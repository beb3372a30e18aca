def exact_match(predictions, references):
    return round(sum(a == b for a, b in zip(predictions, references)) / len(predictions), 1)
