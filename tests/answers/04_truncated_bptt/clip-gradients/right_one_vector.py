def clip_by_global_norm(grads, max_norm):
    vector = np.concatenate([np.ravel(g) for g in grads]).astype(np.float64)
    norm = np.linalg.norm(vector)
    vector = vector * min(1, max_norm / max(norm, 1e-12))
    ends = np.cumsum([np.size(g) for g in grads])[:-1]
    pieces = np.split(vector, ends)
    return [piece.reshape(np.shape(g)) for piece, g in zip(pieces, grads)], norm
