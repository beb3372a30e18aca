def graph_size(n_steps):
    return 9 * n_steps + 9


growth = "linear"
