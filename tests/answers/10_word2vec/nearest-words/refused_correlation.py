def nearest(embeddings, word_id, k):
    c = np.corrcoef(embeddings)[word_id]
    order = np.argsort(-c)
    return order[order != word_id][:k]
