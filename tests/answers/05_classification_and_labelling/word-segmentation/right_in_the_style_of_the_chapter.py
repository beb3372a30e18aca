tf.keras.utils.set_random_seed(7)
mine = Reader(segmentation.N_SYMBOLS, units=96, n_classes=2)
train(mine, letter_loss(mine), letter_batches(7, size=48), 150, 0.01, "words")


def word_starts(text):
    marks = start_probabilities(mine, segmentation.encode(text)[np.newaxis])[0] > 0.4
    return [bool(mark) for mark in marks]
