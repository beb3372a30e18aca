def generate(predict, seed, n_new):
    series = tf.cast(seed, tf.float32)
    for _ in range(n_new):
        window = series[tf.newaxis, -len(seed):, tf.newaxis]
        series = tf.concat([series, predict(window)[:, -1, 0]], axis=0)
    return series.numpy()
