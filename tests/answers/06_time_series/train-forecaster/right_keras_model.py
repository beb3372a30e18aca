tf.keras.utils.set_random_seed(1)
x, y = time_series.next_batch(8000, 20, np.random.default_rng(0))
model = tf.keras.Sequential(
    [
        tf.keras.layers.SimpleRNN(48, activation="relu", return_sequences=True),
        tf.keras.layers.Dense(1),
    ]
)
model.compile(optimizer=tf.keras.optimizers.Adam(0.005), loss="mse")
model.fit(x, y, batch_size=50, epochs=4, verbose=0)


def forecast(x):
    return model.predict(x, verbose=0)
