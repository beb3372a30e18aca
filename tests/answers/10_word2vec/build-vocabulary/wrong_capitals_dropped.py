def build_vocabulary(words, size):
    from collections import Counter
    words = [w.lower() for w in words]
    vocabulary = ["UNK"] + [w for w, _ in Counter(words).most_common(size - 1)]
    return vocabulary, {w: i for i, w in enumerate(vocabulary)}
