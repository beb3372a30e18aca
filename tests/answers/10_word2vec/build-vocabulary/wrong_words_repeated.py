from collections import Counter


def build_vocabulary(words, size):
    vocabulary = ["UNK"] + sorted(words, key=lambda word: 0)[: size - 1]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
