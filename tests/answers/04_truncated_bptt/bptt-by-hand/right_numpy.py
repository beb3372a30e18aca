def rnn_gradients(params, x, y, h0):
    Wx, Wh, b, U, c = (params[key] for key in ["Wx", "Wh", "b", "U", "c"])
    batch, time, _ = x.shape
    hs, ps, loss = [h0], [], 0
    for t in range(time):
        hs.append(np.tanh(x[:, t] @ Wx + hs[-1] @ Wh + b))
        e = np.exp(hs[-1] @ U + c)
        ps.append(e / e.sum(axis=1, keepdims=True))
        loss -= np.log(ps[-1][np.arange(batch), y[:, t]]).sum()
    dWx, dWh, db, dU, dc = (np.zeros_like(w) for w in (Wx, Wh, b, U, c))
    dh_next = np.zeros_like(h0)
    for t in reversed(range(time)):
        dlogits = ps[t].copy()
        dlogits[np.arange(batch), y[:, t]] -= 1
        dlogits /= batch * time
        dU += hs[t + 1].T @ dlogits
        dc += dlogits.sum(axis=0)
        dz = (dlogits @ U.T + dh_next) * (1 - hs[t + 1] ** 2)
        dWx += x[:, t].T @ dz
        dWh += hs[t].T @ dz
        db += dz.sum(axis=0)
        dh_next = dz @ Wh.T
    return loss / (batch * time), {"Wx": dWx, "Wh": dWh, "b": db, "U": dU, "c": dc}
