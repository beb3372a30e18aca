from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    vocabulary = [word for word, _ in counts.most_common(size - 1)] + ["UNK"]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
