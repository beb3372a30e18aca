from tensorflow.python.framework.func_graph import func_graph_from_py_func


def graph_size(n_steps):
    cell = BasicRNNCell(5)
    steps = [tf.zeros([4, 3])] * n_steps
    static_rnn(cell, steps[:1])  # makes the weights
    graph = func_graph_from_py_func("run", lambda: static_rnn(cell, steps)[0], [], {})
    return len(graph.get_operations())


growth = "linear"
