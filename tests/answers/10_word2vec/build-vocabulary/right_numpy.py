import numpy as np


def build_vocabulary(words, size):
    names, first, counts = np.unique(np.array(words), return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    vocabulary = np.concatenate([["UNK"], names[order][: size - 1]])
    word_to_id = {}
    for i in range(len(vocabulary)):
        word_to_id[str(vocabulary[i])] = np.int64(i)
    return [str(word) for word in vocabulary], word_to_id
