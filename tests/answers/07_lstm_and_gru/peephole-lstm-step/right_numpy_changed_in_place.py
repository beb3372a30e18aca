def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    h, c = state
    s = lambda a: 1 / (1 + np.exp(-a))
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
    i += peephole[0] * c
    f += peephole[1] * c
    new_c = s(f) * c + s(i) * np.tanh(g)
    o += peephole[2] * new_c
    new_h = s(o) * np.tanh(new_c)
    return new_h, (new_h, new_c)
