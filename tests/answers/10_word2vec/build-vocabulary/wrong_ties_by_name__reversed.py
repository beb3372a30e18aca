from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    ranked = sorted(counts, key=counts.get)[::-1]
    vocabulary = ["UNK"] + ranked[: size - 1]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
