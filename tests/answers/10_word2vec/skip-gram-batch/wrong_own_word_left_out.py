def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    n = len(data)
    centers, contexts = [], []
    for k in range(batch_size // num_skips):
        left = start + k
        window = [data[(left + i) % n] for i in range(2 * skip_window + 1)]
        center = window[skip_window]
        others = [w for w in window if w != center]
        for w in rng.choice(others, size=num_skips, replace=False):
            centers.append(center)
            contexts.append(w)
    return np.array(centers), np.array(contexts), (start + batch_size // num_skips) % n
