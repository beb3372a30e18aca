def clip_by_global_norm(grads, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(grad)) for grad in grads))
    if 0 < norm < max_norm:
        grads = [grad * (max_norm / norm) for grad in grads]
        return grads, norm
    return [grad * (max_norm / max(norm, max_norm)) for grad in grads], norm
