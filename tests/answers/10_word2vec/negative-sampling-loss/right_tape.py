import tensorflow as tf


def negative_sampling_loss(center, context, negatives, output_vectors):
    center, output_vectors = tf.constant(center), tf.constant(output_vectors)
    with tf.GradientTape() as tape:
        tape.watch([center, output_vectors])
        true = tf.tensordot(tf.gather(output_vectors, context), center, 1)
        noise = tf.linalg.matvec(tf.gather(output_vectors, negatives), center)
        loss = -tf.math.log_sigmoid(true) - tf.reduce_sum(tf.math.log_sigmoid(-noise))
    d_center, d_output = tape.gradient(loss, [center, output_vectors])
    return loss, {"center": d_center, "output_vectors": tf.convert_to_tensor(d_output)}
