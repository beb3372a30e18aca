def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    def run(cell, steps):
        state, outputs = cell.zero_state(len(inputs)), {}
        for t in steps:
            output, new = cell(inputs[:, t], state)
            real = (t < np.asarray(sequence_length))[:, np.newaxis]
            outputs[t] = np.where(real, output, 0)
            state = tf.nest.map_structure(lambda a, b: np.where(real, a, b), new, state)
        return np.stack([outputs[t] for t in sorted(outputs)], axis=1), state

    time = inputs.shape[1]
    fw, state_fw = run(cell_fw, range(time))
    bw, state_bw = run(cell_bw, reversed(range(time)))
    return np.concatenate([fw, bw], axis=2), (state_fw, state_bw)
