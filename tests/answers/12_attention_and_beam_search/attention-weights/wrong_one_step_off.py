def attention_weights(scores, source_length):
    real = np.arange(scores.shape[1]) <= np.asarray(source_length)[:, None]
    return tf.nn.softmax(tf.where(real, scores, -1e9))
