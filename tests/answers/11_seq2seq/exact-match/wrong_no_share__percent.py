def exact_match(predictions, references):
    return 100 * np.mean([p == r for p, r in zip(predictions, references)])
