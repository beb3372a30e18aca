def graph_size(n_steps):
    outputs, state = static_rnn(BasicRNNCell(5), [tf.zeros([4, 3])] * n_steps)
    return len(outputs)


growth = "linear"
