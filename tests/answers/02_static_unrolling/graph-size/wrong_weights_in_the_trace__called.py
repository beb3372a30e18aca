def graph_size(n_steps):
    ops = []
    def run(inputs):
        cell = BasicRNNCell(5)
        out = static_rnn(cell, unpack_sequence(inputs))
        ops.append(len(tf.compat.v1.get_default_graph().get_operations()))
        return out
    tf.function(run)(tf.zeros([4, n_steps, 3]))
    return ops[-1]


growth = "linear"
