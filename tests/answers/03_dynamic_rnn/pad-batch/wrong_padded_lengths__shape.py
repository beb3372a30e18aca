def pad_batch(sequences):
    inputs = tf.ragged.constant(sequences, dtype=tf.float32, ragged_rank=1).to_tensor()
    return inputs, tf.fill([len(sequences)], inputs.shape[1])
