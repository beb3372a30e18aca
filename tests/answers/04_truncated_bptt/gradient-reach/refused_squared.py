def reach(num_steps, lag):
    return max(0, num_steps - lag) ** 2
