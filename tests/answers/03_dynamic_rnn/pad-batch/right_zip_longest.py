from itertools import zip_longest


def pad_batch(sequences):
    steps = list(zip_longest(*sequences, fillvalue=0))  # time-major
    return np.array(steps).T, tf.constant([len(sequence) for sequence in sequences])
