def word_starts(text):
    return [i == 0 for i in range(len(text))]
