def naive_mse(x, y):
    return tf.keras.losses.MeanSquaredError()(y, x)
