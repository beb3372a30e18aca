import tensorflow as tf


def nearest(embeddings, word_id, k):
    unit = tf.math.l2_normalize(tf.convert_to_tensor(embeddings), axis=1)
    cosines = tf.linalg.matvec(unit, unit[word_id])
    _, ids = tf.math.top_k(cosines, k + 1)
    return tf.boolean_mask(ids, ids != word_id)[:k]
