def clip_by_global_norm(grads, max_norm):
    entries = np.concatenate([np.ravel(grad) for grad in grads])
    norm = np.sqrt(np.mean(entries**2))
    return [grad * (max_norm / max(norm, max_norm)) for grad in grads], norm
