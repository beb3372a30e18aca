def naive_mse(x, y):
    total = 0.0
    for row, targets in zip(x, y):
        for value, target in zip(row, targets):
            total += float(target[0] - value[0]) ** 2
    return total / (x.shape[0] * x.shape[1])
