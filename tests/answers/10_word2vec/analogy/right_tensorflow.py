import tensorflow as tf


def analogy(embeddings, a, b, c, k):
    unit = tf.math.l2_normalize(tf.convert_to_tensor(embeddings), axis=1)
    target = tf.math.l2_normalize(unit[b] - unit[a] + unit[c], axis=0)
    _, ids = tf.math.top_k(tf.linalg.matvec(unit, target), k + 3)
    return [int(i) for i in ids if int(i) not in (a, b, c)][:k]
