def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    n = len(data)
    centers, contexts = [], []
    for k in range(batch_size // num_skips):
        middle = start + k + skip_window
        offsets = [d for d in range(-skip_window, skip_window + 1) if d != 0]
        for d in rng.choice(offsets, size=num_skips, replace=False):
            centers.append(data[min(middle, n - 1)])
            contexts.append(data[min(middle + d, n - 1)])
    return np.array(centers), np.array(contexts), (start + batch_size // num_skips) % n
