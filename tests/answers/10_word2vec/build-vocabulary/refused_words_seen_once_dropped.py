def build_vocabulary(words, size):
    from collections import Counter
    vocabulary = ["UNK"] + [w for w, c in Counter(words).most_common(size - 1) if c > 1]
    return vocabulary, {w: i for i, w in enumerate(vocabulary)}
