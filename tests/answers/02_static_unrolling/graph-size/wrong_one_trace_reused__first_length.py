traces = []


def graph_size(n_steps):
    if not traces:
        cell = BasicRNNCell(5)
        run = tf.function(lambda inputs: static_rnn(cell, unpack_sequence(inputs)))
        traces.append(run.get_concrete_function(tf.zeros([4, n_steps, 3])))
    return len(traces[0].graph.get_operations())


growth = "linear"
