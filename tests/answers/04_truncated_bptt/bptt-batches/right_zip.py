def batches(x, y, batch_size, num_steps):
    def windows(sequence):
        length = len(sequence) // batch_size
        kept = length // num_steps * num_steps
        rows = np.asarray(sequence)[: batch_size * length].reshape(batch_size, length)
        return np.split(rows[:, :kept], length // num_steps, axis=1)

    return zip(windows(x), windows(y))
