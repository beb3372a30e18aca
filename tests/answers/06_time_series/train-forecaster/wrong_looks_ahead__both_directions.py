tf.keras.utils.set_random_seed(1)
x, y = time_series.next_batch(6000, 20, np.random.default_rng(0))
layer = tf.keras.layers.SimpleRNN(32, activation="relu", return_sequences=True)
model = tf.keras.Sequential([tf.keras.layers.Bidirectional(layer), tf.keras.layers.Dense(1)])
model.compile(optimizer=tf.keras.optimizers.Adam(0.005), loss="mse")
model.fit(x, y, batch_size=50, epochs=2, verbose=0)


def forecast(x):
    return model.predict(x, verbose=0)
