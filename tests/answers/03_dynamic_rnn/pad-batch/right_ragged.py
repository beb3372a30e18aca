def pad_batch(sequences):
    ragged = tf.ragged.constant(sequences, dtype=tf.float32, ragged_rank=1)
    return ragged.to_tensor(), ragged.row_lengths()
