def sequence_loss(logits, targets, pad=0):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    real = np.asarray(targets) != pad
    real = np.concatenate([real[:, 1:], np.zeros_like(real[:, :1])], axis=1)
    return np.asarray(losses)[real].mean()
