def graph_size(n_steps):
    cell = BasicRNNCell(5)

    @tf.function
    def run(inputs):
        return static_rnn(cell, unpack_sequence(inputs))

    return len(run.get_concrete_function(batch).graph.get_operations())


growth = "linear"
