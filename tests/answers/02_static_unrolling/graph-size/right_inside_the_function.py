def graph_size(n_steps):
    """Looks at the graph from within."""
    seen = []
    cell = BasicRNNCell(2)
    cell(tf.zeros([1, 6]), cell.zero_state(1))

    @tf.function
    def run():
        result = static_rnn(cell, [tf.ones([1, 6])] * n_steps)
        seen.append(tf.compat.v1.get_default_graph())
        return result

    run()
    return len(seen[-1].get_operations())


growth = "linear"
