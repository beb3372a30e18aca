tf.keras.utils.set_random_seed(1)
x, y = time_series.next_batch(6000, 20, np.random.default_rng(0))
inputs = tf.keras.Input([None, 1])
hidden = tf.keras.layers.LSTM(32, return_sequences=True)(inputs)
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(hidden))
model.compile(optimizer=tf.keras.optimizers.Adam(0.02), loss="mse")
model.fit(x, y, batch_size=50, epochs=4, verbose=0)


def forecast(x):
    return model(x)
