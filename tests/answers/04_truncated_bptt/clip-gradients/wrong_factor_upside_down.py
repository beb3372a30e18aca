def clip_by_global_norm(grads, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(grad)) for grad in grads))
    return [grad * max(norm, max_norm) / max_norm for grad in grads], norm
