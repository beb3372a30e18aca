def clip_by_global_norm(grads, max_norm):
    norm = sum((g**2).sum() for g in grads)
    return [g * min(1, max_norm / max(norm, 1e-9)) for g in grads], norm
