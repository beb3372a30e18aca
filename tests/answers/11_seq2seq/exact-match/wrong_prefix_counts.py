def exact_match(predictions, references):
    return np.mean([all(a == b for a, b in zip(p, r)) for p, r in zip(predictions, references)])
