def reach(num_steps, lag):
    return np.clip(num_steps - lag, 0, num_steps)
