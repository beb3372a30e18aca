class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.cell = cell
        self.input_keep_prob, self.output_keep_prob = input_keep_prob, output_keep_prob
        self.variational = variational
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.seed = np.random.default_rng().integers(10**9)

    def zero_state(self, batch_size, dtype=tf.float32):
        self.seed = np.random.default_rng().integers(10**9)
        return self.cell.zero_state(batch_size, dtype)

    def drop(self, x, keep_prob, training, which):
        rng = np.random.default_rng([self.seed, which] if self.variational else None)
        return dropout(x, keep_prob, training, rng)

    def __call__(self, inputs, state, training=False):
        inputs = self.drop(inputs, self.input_keep_prob, training, 0)
        output, new_state = self.cell(inputs, state)
        return self.drop(output, self.output_keep_prob, training, 1), new_state
