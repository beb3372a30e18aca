def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    cell = cells.LSTMCell(recurrent_kernel.shape[0], use_peepholes=True)
    cell.set_weights([kernel, recurrent_kernel, bias, peephole])
    return cell(x, state)
