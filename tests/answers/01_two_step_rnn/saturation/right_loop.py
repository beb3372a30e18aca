def saturation(y, eps=0.01):
    flat = [float(value) for row in y for value in row]
    return sum(1 for value in flat if 1 - value * value < eps) / len(flat)
