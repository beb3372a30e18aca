import keras


def sequence_loss(logits, targets, pad=0):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=pad)
    return loss(targets, logits)
