n_inputs, n_units, batch = X0.shape[1], 5, len(X0)
output = tf.zeros([batch, n_units])
shapes = {
    "Wx": (n_inputs, n_units),
    "Wh": np.zeros((n_units, n_units)).shape,
    "b": n_units,
    "Y0": output.shape,
    "Y1": tuple(np.array(output.shape)),
}
