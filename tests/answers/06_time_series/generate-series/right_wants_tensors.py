def generate(predict, seed, n_new):
    series = np.array(seed)
    for _ in range(n_new):
        forecast = predict(series[-len(seed):].reshape(1, -1, 1)).numpy()
        series = np.concatenate([series, forecast[0, -1]])
    return series
