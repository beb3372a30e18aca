def reverse_sequence(inputs, sequence_length):
    rows = [
        tf.concat([tf.reverse(x[:n], [0]), x[n:]], axis=0)
        for x, n in zip(tf.unstack(inputs), sequence_length)
    ]
    return tf.stack(rows)
