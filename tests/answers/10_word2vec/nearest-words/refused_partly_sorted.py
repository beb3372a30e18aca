def nearest(embeddings, word_id, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    s = unit @ unit[word_id]
    s[word_id] = -2
    return np.argpartition(-s, k)[:k] if k < len(s) else np.argsort(-s)[:k]
