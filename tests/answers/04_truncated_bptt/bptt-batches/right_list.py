def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    result = []
    for start in range(0, length - num_steps + 1, num_steps):
        xs = [x[i * length + start : i * length + start + num_steps] for i in range(batch_size)]
        ys = [y[i * length + start : i * length + start + num_steps] for i in range(batch_size)]
        result.append((np.stack(xs), np.stack(ys)))
    return result
