from collections import Counter


def build_vocabulary(words, size):
    vocabulary = ["UNK"] + [word for word, _ in Counter(words).most_common(size - 1)]
    return vocabulary, {word: Counter(words)[word] for word in vocabulary}
