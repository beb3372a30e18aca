# without moved images, as the chapter's demonstration
tf.keras.utils.set_random_seed(5)
mine = Reader(features=28, units=150, n_classes=10)
train(mine, last_step_loss(mine), digit_batches(5), 640, 0.002, "digits")


def predict_digits(images):
    return mine.logits(images)[:, -1].numpy().argmax(axis=-1).tolist()
