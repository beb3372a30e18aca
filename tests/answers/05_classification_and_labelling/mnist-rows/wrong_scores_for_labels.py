tf.keras.utils.set_random_seed(2)
mine = Reader(features=28, units=20, n_classes=10)


def predict_digits(images):
    return tf.nn.softmax(mine.logits(images)[:, -1])
