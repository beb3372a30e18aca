def graph_size(n_steps):
    cell = BasicRNNCell(5)
    spec = [tf.TensorSpec([4, 3], tf.float32) for _ in range(n_steps)]
    concrete = tf.function(lambda xs: static_rnn(cell, xs)).get_concrete_function(spec)
    return len(concrete.graph.get_operations())


growth = "linear"
