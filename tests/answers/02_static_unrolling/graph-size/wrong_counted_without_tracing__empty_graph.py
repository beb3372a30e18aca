def graph_size(n_steps):
    graph = tf.Graph()
    static_rnn(BasicRNNCell(5), [tf.zeros([4, 3])] * n_steps)
    return len(graph.get_operations())


growth = "linear"
