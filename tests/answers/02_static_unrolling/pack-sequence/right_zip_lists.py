def pack_sequence(outputs):
    return [list(steps) for steps in zip(*(np.asarray(y).tolist() for y in outputs))]
