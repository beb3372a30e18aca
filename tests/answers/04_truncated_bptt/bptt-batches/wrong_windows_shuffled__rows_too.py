def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    starts = [
        i * length + k * num_steps for k in range(length // num_steps) for i in range(batch_size)
    ]
    starts = np.random.default_rng(1).permutation(starts)
    for chosen in starts.reshape(-1, batch_size):
        yield tuple(np.stack([s[a : a + num_steps] for a in chosen]) for s in (x, y))
