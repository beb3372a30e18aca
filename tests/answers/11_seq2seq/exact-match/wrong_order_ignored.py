def exact_match(predictions, references):
    return np.mean([sorted(p) == sorted(r) for p, r in zip(predictions, references)])
