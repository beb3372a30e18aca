def unpack_sequence(inputs):
    n_steps = inputs.get_shape().as_list()[1]
    steps = []
    for t in range(n_steps):
        steps.append(inputs[:, t, :])
    return steps
