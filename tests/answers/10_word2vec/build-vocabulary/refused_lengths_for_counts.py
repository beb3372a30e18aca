from collections import Counter


def build_vocabulary(words, size):
    vocabulary = ["UNK"] + sorted(dict.fromkeys(words), key=len)[: size - 1]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
