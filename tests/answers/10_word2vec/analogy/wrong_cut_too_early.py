def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    order = np.argsort(-(unit @ (unit[b] - unit[a] + unit[c])))[:k]
    return order[~np.isin(order, (a, b, c))]
