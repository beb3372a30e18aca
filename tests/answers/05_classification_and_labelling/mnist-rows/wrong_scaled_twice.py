tf.keras.utils.set_random_seed(2)
mine = Reader(features=28, units=150, n_classes=10)
train(mine, last_step_loss(mine), digit_batches(2, size=100), 320, 0.003, "digits")


def predict_digits(images):
    return np.argmax(mine.logits(images / 255)[:, -1], axis=1)  # they were in 0..1 already
