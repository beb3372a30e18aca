tf.keras.utils.set_random_seed(1)
mine = Reader(features=28, units=50, n_classes=10)


def predict_digits(images):
    return np.argmax(mine.logits(images)[:, -1], axis=1)
