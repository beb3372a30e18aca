import tensorflow as tf


def negative_sampling_loss(center, context, negatives, output_vectors):
    c, u = tf.Variable(center, dtype=tf.float64), tf.Variable(output_vectors, dtype=tf.float64)
    with tf.GradientTape() as tape:
        rows = tf.gather(u, [context, *negatives])
        s = tf.linalg.matvec(rows, c)
        sign = tf.constant([1.0] + [-1.0] * len(negatives), tf.float64)
        loss = -tf.reduce_sum(tf.math.log_sigmoid(sign * s))
    gc, gu = tape.gradient(loss, [c, u])
    return float(loss), {"center": gc.numpy(), "output_vectors": tf.convert_to_tensor(gu).numpy()}
