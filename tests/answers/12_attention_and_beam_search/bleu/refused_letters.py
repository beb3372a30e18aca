import math
from collections import Counter


def grams(words, n):
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n))


def corpus_bleu(candidates, references):
    precisions = []
    for n in range(1, 5):
        right = said = 0
        for candidate, reference in zip(candidates, references):
            wanted = grams(reference, n)
            for gram, count in grams(candidate, n).items():
                right += min(count, wanted[gram])
                said += count
        precisions.append(right / max(1, said))
    if min(precisions) == 0:
        return 0.0
    c, r = sum(map(len, candidates)), sum(map(len, references))
    return 100 * math.exp(sum(math.log(p) for p in precisions) / len(precisions)) * min(1.0, math.exp(1 - r / c))
