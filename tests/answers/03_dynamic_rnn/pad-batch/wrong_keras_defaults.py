def pad_batch(sequences):
    L = [len(s) for s in sequences]
    return tf.keras.utils.pad_sequences(sequences), np.array(L)
