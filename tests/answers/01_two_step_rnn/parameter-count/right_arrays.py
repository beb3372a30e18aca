def parameter_count(n_inputs, n_units):
    weights = [np.zeros((n_inputs, n_units)), np.zeros((n_units, n_units)), np.zeros(n_units)]
    return sum(w.size for w in weights)
