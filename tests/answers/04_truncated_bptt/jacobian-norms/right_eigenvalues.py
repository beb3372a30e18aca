def jacobian_norms(Wh, states):
    Wh, states = np.asarray(Wh, np.float64), np.asarray(states, np.float64)
    products = [np.eye(len(Wh))]
    for h in states[:0:-1]:
        products.append((Wh * (1 - h**2)) @ products[-1])
    return np.sqrt([np.linalg.eigvalsh(m @ m.T)[-1] for m in products[::-1]])
