def corpus_bleu(candidates, references):
    from collections import Counter
    low = lambda s: [[w.lower() for w in x] for x in s]
    candidates, references = low(candidates), low(references)
    right, said = np.zeros(4), np.zeros(4)
    for a, b in zip(candidates, references):
        for n in range(1, 5):
            h, t = (Counter(tuple(w[i:i + n]) for i in range(len(w) - n + 1)) for w in (a, b))
            right[n - 1] += (h & t).total(); said[n - 1] += h.total()
    if not right.all(): return 0.0
    c, r = (sum(map(len, s)) for s in (candidates, references))
    return float(100 * min(1, np.exp(1 - r / c)) * np.prod(right / said) ** 0.25)
