def exact_match(predictions, references):
    return np.mean([p[: len(r)] == r for p, r in zip(predictions, references)])
