def generate(predict, seed, n_new):
    return forecasting.generate(predict, seed[np.newaxis], n_new)[0]
