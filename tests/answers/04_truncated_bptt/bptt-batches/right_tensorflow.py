def batches(x, y, batch_size, num_steps):
    length = x.shape[0] // batch_size
    pair = tf.reshape(tf.stack([x, y])[:, : batch_size * length], [2, batch_size, length])
    for k in range(length // num_steps):
        yield tf.unstack(pair[:, :, k * num_steps : (k + 1) * num_steps])
