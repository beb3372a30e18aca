def pad_batch(sequences):
    r = tf.ragged.constant(sequences, dtype=tf.float32)
    return r.to_tensor(), r.row_lengths()
