def cell_gradient(forget_gates):
    with np.errstate(divide="ignore"):
        return float(np.exp(np.sum(np.log(np.asarray(forget_gates, np.float64)))))
