def graph_size(n_steps):
    cell = cells.BasicRNNCell(5)
    run = tf.function(lambda x: unroll.static_rnn(cell, unroll.unpack_sequence(x)))
    return len(run.get_concrete_function(tf.TensorSpec([4, n_steps, 3])).graph.get_operations())


growth = "linear"
