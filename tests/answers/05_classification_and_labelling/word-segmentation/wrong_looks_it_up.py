joined = [segmentation.join(article) for article in wikipedia.articles()]


def word_starts(text):
    for letters_of, starts in joined:
        place = letters_of.find(text)
        if place >= 0:
            return starts[place : place + len(text)].tolist()
    return [i == 0 for i in range(len(text))]
