def predict_digits(images):
    return np.ones(len(images), dtype=int)
