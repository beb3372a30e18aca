shared_cell = BasicRNNCell(5)


@tf.function
def unrolled(inputs):
    return static_rnn(shared_cell, unpack_sequence(inputs))


def graph_size(n_steps):
    trace = unrolled.get_concrete_function(tf.zeros([4, n_steps, 3]))
    return tf.constant(len(trace.graph.get_operations()))


growth = "Linear"
