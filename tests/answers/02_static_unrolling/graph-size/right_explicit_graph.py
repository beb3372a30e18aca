def graph_size(n_steps):
    graph = tf.Graph()
    with graph.as_default():
        static_rnn(BasicRNNCell(5), unpack_sequence(tf.zeros([4, n_steps, 3])))
    return len(graph.get_operations())


growth = "linear"
