from collections import Counter


def build_vocabulary(words, size):
    vocabulary = ["UNK"] + [word for word, _ in Counter(words).most_common()]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
