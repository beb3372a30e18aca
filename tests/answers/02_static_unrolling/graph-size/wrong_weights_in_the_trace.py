def graph_size(n_steps):
    @tf.function
    def run(inputs):
        cell = BasicRNNCell(5)
        return static_rnn(cell, unpack_sequence(inputs))
    return len(run.get_concrete_function(tf.TensorSpec([4, n_steps, 3])).graph.get_operations())


growth = "linear"
