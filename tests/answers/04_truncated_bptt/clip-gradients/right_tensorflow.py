def clip_by_global_norm(grads, max_norm):
    return tf.clip_by_global_norm(grads, max_norm)
