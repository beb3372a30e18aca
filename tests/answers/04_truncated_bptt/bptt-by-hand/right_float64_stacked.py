def rnn_gradients(params, x, y, h0):
    p = {key: np.asarray(value, np.float64) for key, value in params.items()}
    hs = np.stack(forward(p, x.astype(np.float64), h0.astype(np.float64)), axis=1)
    h = hs[:, 1:]  # [batch, time, units]
    logits = h @ p["U"] + p["c"]
    logits -= np.log(np.exp(logits).sum(-1, keepdims=True))
    onehot = np.eye(len(p["c"]))[y]
    loss = -(onehot * logits).sum() / y.size
    d = (np.exp(logits) - onehot) / y.size
    dz = np.zeros_like(h)
    for t in range(x.shape[1] - 1, -1, -1):
        back = d[:, t] @ p["U"].T
        if t + 1 < x.shape[1]:
            back = back + dz[:, t + 1] @ p["Wh"].T
        dz[:, t] = back * (1 - h[:, t] ** 2)
    return loss, {
        "U": np.einsum("btu,btc->uc", h, d),
        "c": d.sum((0, 1)),
        "Wx": np.einsum("bti,btu->iu", x, dz),
        "Wh": np.einsum("btv,btu->vu", hs[:, :-1], dz),
        "b": dz.sum((0, 1)),
    }
