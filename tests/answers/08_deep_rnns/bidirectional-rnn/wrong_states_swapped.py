def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    outputs_fw, state_fw = unroll.dynamic_rnn(cell_fw, inputs, sequence_length)
    turned = tf.reverse_sequence(inputs, sequence_length, seq_axis=1)
    outputs_bw, state_bw = unroll.dynamic_rnn(cell_bw, turned, sequence_length)
    outputs_bw = tf.reverse_sequence(outputs_bw, sequence_length, seq_axis=1)
    return tf.concat([outputs_fw, outputs_bw], axis=2), (state_bw, state_fw)
