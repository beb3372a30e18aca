def graph_size(n_steps):
    static_rnn(BasicRNNCell(5), unpack_sequence(tf.zeros([4, n_steps, 3])))
    return len(tf.compat.v1.get_default_graph().get_operations())


growth = "linear"
