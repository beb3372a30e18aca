def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    out_fw, state_fw = unroll.dynamic_rnn(cell_fw, inputs, sequence_length)
    turned = reverse_sequence(inputs, sequence_length)
    out_bw, state_bw = unroll.dynamic_rnn(cell_bw, turned, sequence_length)
    out_bw = reverse_sequence(out_bw, sequence_length)
    return tf.concat([out_fw, out_bw], axis=1), (state_fw, state_bw)
