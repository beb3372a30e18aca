from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    vocabulary = ["UNK"] + sorted(counts, key=lambda w: (-counts[w], w))[: size - 1]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
