keras_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def sequence_loss(logits, targets, pad=0):
    losses = keras_loss(targets, logits)
    real = tf.cast(targets != pad, losses.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(losses * real), tf.reduce_sum(real))
