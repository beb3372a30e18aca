def reach(num_steps, lag):
    return min(num_steps, lag)
