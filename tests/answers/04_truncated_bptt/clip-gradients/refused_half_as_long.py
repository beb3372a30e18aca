def clip_by_global_norm(grads, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(grad)) for grad in grads))
    factor = min(1, 0.5 * max_norm / norm) if norm else 1
    return [grad * factor for grad in grads], norm
