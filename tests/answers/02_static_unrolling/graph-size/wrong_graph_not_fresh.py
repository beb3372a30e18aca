graph = tf.Graph()


def graph_size(n_steps):
    with graph.as_default():
        inputs = tf.compat.v1.placeholder(tf.float32, [4, n_steps, 3])
        static_rnn(BasicRNNCell(5), unpack_sequence(inputs))
    return len(graph.get_operations())


growth = "linear"
