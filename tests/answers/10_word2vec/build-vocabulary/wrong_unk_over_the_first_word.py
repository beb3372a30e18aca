from collections import Counter


def build_vocabulary(words, size):
    vocabulary = [word for word, _ in Counter(words).most_common(size)]
    vocabulary[0] = "UNK"
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
