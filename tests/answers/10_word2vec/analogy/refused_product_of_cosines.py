def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    s = (unit @ unit.T + 1) / 2
    order = np.argsort(-(s[b] * s[c] / (s[a] + 1e-3)))
    return order[~np.isin(order, (a, b, c))][:k]
