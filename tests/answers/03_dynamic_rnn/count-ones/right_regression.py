tf.random.set_seed(2)
cell = cells.BasicRNNCell(8, activation=tf.nn.relu)
cell(tf.zeros([1, 1]), cell.zero_state(1))
cell.recurrent_kernel.assign(tf.eye(8))
weight = tf.Variable(tf.fill([8, 1], 0.1))
variables = [*cell.trainable_variables, weight]
optimizer = tf.keras.optimizers.Adam(0.003)
optimizer.build(variables)


@tf.function
def estimate(inputs, sequence_length):
    inputs = tf.cast(inputs, tf.float32)[..., tf.newaxis]
    _, state = unroll.dynamic_rnn(cell, inputs, sequence_length)
    return tf.squeeze(state @ weight, axis=1)


@tf.function
def improve(inputs, sequence_length, counts):
    with tf.GradientTape() as tape:
        error = estimate(inputs, sequence_length) - tf.cast(counts, tf.float32)
        loss = tf.reduce_mean(error**2)
    gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
    optimizer.apply(gradients, variables)


for step in range(600):
    improve(*draw_ones(step))
    improve(*draw_bits(step))


def predict_count(inputs, sequence_length):
    return tf.cast(tf.round(estimate(inputs, sequence_length)), tf.int32)
