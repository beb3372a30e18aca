@tf.function
def reverse_sequence(inputs, sequence_length):
    t = tf.range(tf.shape(inputs)[1])
    last = tf.cast(sequence_length, tf.int32)[:, None] - 1
    return tf.gather(inputs, tf.where(t <= last, last - t, t), batch_dims=1)
