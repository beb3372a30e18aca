def reach(num_steps, lag):
    return num_steps if lag < num_steps else 0
