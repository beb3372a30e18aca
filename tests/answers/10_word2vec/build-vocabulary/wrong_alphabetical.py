from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    vocabulary = ["UNK"] + sorted(set(words))[: size - 1]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
