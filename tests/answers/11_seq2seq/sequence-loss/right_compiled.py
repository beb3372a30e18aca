@tf.function
def sequence_loss(logits, targets, pad=0):
    logs = tf.nn.log_softmax(logits)
    picked = tf.gather(logs, targets, axis=2, batch_dims=2)
    real = tf.where(targets == pad, 0.0, 1.0)
    return -tf.reduce_sum(picked * real) / tf.reduce_sum(real)
