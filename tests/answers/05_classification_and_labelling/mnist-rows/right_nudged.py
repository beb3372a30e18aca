def nudged(seed):
    rng = np.random.default_rng(seed)
    for images, labels in digit_batches(seed, size=100):
        yield mnist.nudge(images, rng), labels


tf.keras.utils.set_random_seed(4)
mine = Reader(features=28, units=120, n_classes=10)
train(mine, last_step_loss(mine), nudged(4), 280, 0.003, "nudged")


def predict_digits(images):
    return tf.argmax(mine.logits(images)[:, -1], axis=1)
