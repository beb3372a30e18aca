from collections import Counter


def build_vocabulary(words, size):
    vocabulary = dict(Counter(words).most_common(size - 1))
    vocabulary = ["UNK"] + [word for word in dict.fromkeys(words) if word in vocabulary]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
