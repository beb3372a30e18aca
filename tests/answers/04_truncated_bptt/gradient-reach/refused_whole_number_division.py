def reach(num_steps, lag):
    return num_steps // lag if lag else num_steps
