def build_vocabulary(words, size):
    from collections import Counter
    vocabulary = ["UNK"] + [w for w, _ in Counter(words).most_common(size - 1)]
    vocabulary += ["UNK"] * (size - len(vocabulary))
    return vocabulary, {w: i for i, w in enumerate(vocabulary)}
