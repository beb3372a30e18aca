def exact_match(predictions, references):
    return np.mean([list(p) == list(r) for p, r in zip(predictions, references)])
