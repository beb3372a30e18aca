def graph_size(n_steps):
    graph = tf.Graph()
    with graph.as_default():
        inputs = tf.compat.v1.placeholder(tf.float32, [None, n_steps, 3])
        cell = BasicRNNCell(5)
        steps = unpack_sequence(inputs)
        static_rnn(cell, steps, cell.zero_state(tf.shape(inputs)[0]))
    return len(graph.get_operations())


growth = "linear"
