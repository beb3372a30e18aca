def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    rows, states_fw, states_bw = [], [], []
    time = inputs.shape[1]
    for x, n in zip(inputs, np.asarray(sequence_length)):
        fw, state_fw = unroll.dynamic_rnn(cell_fw, x[np.newaxis, :n])
        bw, state_bw = unroll.dynamic_rnn(cell_bw, x[np.newaxis, :n][:, ::-1])
        both = np.concatenate([fw[0], bw[0][::-1]], axis=1)
        rows.append(np.pad(both, [(0, time - n), (0, 0)]))
        states_fw.append(state_fw)
        states_bw.append(state_bw)
    join = lambda *parts: np.concatenate(parts)
    fw = tf.nest.map_structure(join, *states_fw)
    return np.stack(rows), (fw, tf.nest.map_structure(join, *states_bw))
