corpus, all_starts = segmentation.join([w for a in wikipedia.articles() for w in a])


def word_starts(text):
    place = corpus.index(text)
    return all_starts[place : place + len(text)]
