from collections import Counter


def build_vocabulary(words, size):
    counts = Counter(words)
    vocabulary = ["UNK"] + sorted(w for w, _ in counts.most_common(size - 1))
    return vocabulary, {word: i for i, word in enumerate(vocabulary)}
