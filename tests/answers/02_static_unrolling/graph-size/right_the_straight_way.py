def graph_size(n_steps):
    cell = BasicRNNCell(5)

    def run(inputs):
        return static_rnn(cell, unpack_sequence(inputs))

    trace = tf.function(run).get_concrete_function(tf.TensorSpec([4, n_steps, 3]))
    return len(trace.graph.get_operations())


growth = "linear"
