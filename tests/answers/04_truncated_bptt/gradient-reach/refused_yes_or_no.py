def reach(num_steps, lag):
    return num_steps > lag
