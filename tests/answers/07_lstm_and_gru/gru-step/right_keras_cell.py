def gru_step(x, h, kernel, recurrent_kernel, bias):
    cell = tf.keras.layers.GRUCell(recurrent_kernel.shape[0], reset_after=False)
    cell.build(x.shape)
    cell.set_weights([kernel, recurrent_kernel, bias])
    return cell(x, [h])[0]
