def predict_count(inputs, sequence_length):
    return np.full(len(inputs), 8)
