def lstm_step(x, state, kernel, recurrent_kernel, bias):
    cell = cells.LSTMCell(recurrent_kernel.shape[0])
    cell.set_weights([kernel, recurrent_kernel, bias])
    return cell(x, cells.LSTMState(*state))
