def graph_size(n_steps):
    cell = BasicRNNCell(5)
    cell(tf.zeros([4, 3]), cell.zero_state(4))
    run = tf.function(lambda x: static_rnn(cell, unpack_sequence(x)))
    return len(run.get_concrete_function(tf.TensorSpec([4, n_steps, 3])).graph.get_operations())


growth = "Linear"
