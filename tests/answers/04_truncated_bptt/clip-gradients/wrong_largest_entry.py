def clip_by_global_norm(grads, max_norm):
    norm = max(np.max(np.abs(grad)) for grad in grads)
    return [grad * (max_norm / max(norm, max_norm)) for grad in grads], norm
