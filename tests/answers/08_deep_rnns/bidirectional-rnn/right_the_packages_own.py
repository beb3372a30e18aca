def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    outputs, states = unroll.bidirectional_dynamic_rnn(cell_fw, cell_bw, inputs, sequence_length)
    return tf.concat(outputs, -1), states
