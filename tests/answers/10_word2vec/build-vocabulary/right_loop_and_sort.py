def build_vocabulary(words, size):
    counts = {}
    for word in words:
        if word not in counts:
            counts[word] = 0
        counts[word] += 1
    ranked = sorted(counts, key=counts.get, reverse=True)
    vocabulary = (["UNK"] + ranked)[:size]
    return vocabulary, dict(zip(vocabulary, range(len(vocabulary))))
