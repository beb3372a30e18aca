def exact_match(predictions, references):
    same = [tf.constant(p == r) for p, r in zip(predictions, references)]
    return tf.reduce_mean(tf.cast(tf.stack(same), tf.float32))
