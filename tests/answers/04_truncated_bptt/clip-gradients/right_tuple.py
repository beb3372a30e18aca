def clip_by_global_norm(grads, max_norm):
    norm = float(tf.linalg.global_norm(grads))
    return tuple(tf.convert_to_tensor(g) * max_norm / max(norm, max_norm) for g in grads), norm
