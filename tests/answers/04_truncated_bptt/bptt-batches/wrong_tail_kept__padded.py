def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    for start in range(0, length, num_steps):
        pair = []
        for sequence in (x, y):
            rows = sequence[: batch_size * length].reshape(batch_size, length)
            window = rows[:, start : start + num_steps]
            pair.append(np.pad(window, [(0, 0), (0, num_steps - window.shape[1])]))
        yield tuple(pair)
