def clip_by_global_norm(grads, max_norm):
    clipped = [tf.clip_by_norm(g, max_norm) for g in grads]
    return clipped, tf.linalg.global_norm(grads)
