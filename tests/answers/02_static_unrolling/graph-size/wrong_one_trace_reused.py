cell = BasicRNNCell(5)
run = tf.function(lambda inputs: static_rnn(cell, unpack_sequence(inputs)))
trace = run.get_concrete_function(tf.TensorSpec([4, 10, 3]))


def graph_size(n_steps):
    return len(trace.graph.get_operations())


growth = "linear"
