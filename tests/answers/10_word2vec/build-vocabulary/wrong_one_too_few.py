from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    vocabulary = ["UNK"] + [word for word, _ in counts.most_common(max(0, size - 2))]
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
