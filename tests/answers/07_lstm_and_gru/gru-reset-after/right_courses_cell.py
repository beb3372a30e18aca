def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    cell = cells.GRUCell(recurrent_kernel.shape[0], reset_after=True)
    cell.set_weights([kernel, recurrent_kernel, bias])
    return cell(x, h)[0]
