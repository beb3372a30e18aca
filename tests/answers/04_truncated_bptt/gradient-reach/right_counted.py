def reach(num_steps, lag):
    return sum(1 for output in range(num_steps) if 0 <= output - lag)
