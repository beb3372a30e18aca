def exact_match(predictions, references):
    return float(predictions == references)
