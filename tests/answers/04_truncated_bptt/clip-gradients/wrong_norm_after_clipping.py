def clip_by_global_norm(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    clipped = [g * min(1, max_norm / max(norm, 1e-9)) for g in grads]
    return clipped, np.sqrt(sum((g**2).sum() for g in clipped))
