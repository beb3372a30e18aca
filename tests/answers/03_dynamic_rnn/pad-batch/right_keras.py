def pad_batch(sequences):
    inputs = tf.keras.utils.pad_sequences(sequences, padding="post", dtype="float32")
    return inputs, [len(sequence) for sequence in sequences]
