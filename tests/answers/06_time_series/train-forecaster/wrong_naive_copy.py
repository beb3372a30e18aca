def forecast(x):
    return x
