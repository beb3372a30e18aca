def corpus_bleu(candidates, references):
    right, said = np.zeros(4), np.zeros(4)
    for candidate, reference in zip(candidates, references):
        for n in range(4):
            left = [tuple(reference[i : i + n + 1]) for i in range(len(reference) - n)]
            for i in range(len(candidate) - n):
                said[n] += 1
                gram = tuple(candidate[i : i + n + 1])
                if gram in left:
                    left.remove(gram)
                    right[n] += 1
    if not right.all():
        return 0.0
    c, r = (sum(len(words) for words in side) for side in (candidates, references))
    return 100 * np.exp(np.log(right / said).mean() + min(0, 1 - r / c))
