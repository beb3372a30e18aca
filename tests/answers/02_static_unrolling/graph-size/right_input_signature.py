def graph_size(n_steps):
    cell = BasicRNNCell(5)

    @tf.function(input_signature=[tf.TensorSpec([None, n_steps, 3], tf.float32)])
    def run(inputs):
        outputs, state = static_rnn(cell, tf.unstack(inputs, axis=1), tf.zeros([4, 5]))
        return pack_sequence(outputs)

    return len(run.get_concrete_function().graph.get_operations())


growth = "linear"
