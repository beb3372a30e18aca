def graph_size(n_steps):
    inputs = [np.zeros([4, 3], np.float32)] * n_steps
    traced = tf.function(static_rnn, reduce_retracing=True)
    graph = traced.get_concrete_function(BasicRNNCell(5), inputs).graph
    return sum(1 for _ in graph.get_operations())


growth = "linear"
