# reads columns, not rows
tf.keras.utils.set_random_seed(6)
rng = np.random.default_rng(6)
model = tf.keras.Sequential([
    tf.keras.layers.Permute([2, 1]),
    tf.keras.layers.GRU(64),
    tf.keras.layers.Dense(10),
])
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.005),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
images = np.concatenate([mnist.nudge(digits.train_images, rng) for _ in range(2)])
model.fit(images, np.tile(digits.train_labels, 2), batch_size=100, epochs=3, verbose=0)


def predict_digits(images):
    return np.argmax(model(np.asarray(images)), axis=1)
