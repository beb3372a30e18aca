def batches(x, y, batch_size, num_steps):
    width = len(x) // batch_size
    rows = x[: batch_size * width].reshape(batch_size, width)
    ahead = np.append(x[1:], x[-1] + 1)[: batch_size * width].reshape(batch_size, width)
    for start in range(0, width - num_steps + 1, num_steps):
        yield rows[:, start : start + num_steps], ahead[:, start : start + num_steps]
