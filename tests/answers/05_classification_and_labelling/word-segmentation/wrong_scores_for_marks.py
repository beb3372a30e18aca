mine = Reader(segmentation.N_SYMBOLS, units=16, n_classes=2)


def word_starts(text):
    return start_probabilities(mine, segmentation.encode(text)[None])[0]
