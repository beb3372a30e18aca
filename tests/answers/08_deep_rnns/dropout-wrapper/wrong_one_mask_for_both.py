class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.cell, self.variational = cell, variational
        self.input_keep_prob, self.output_keep_prob = input_keep_prob, output_keep_prob
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.seed = np.random.randint(2**31)

    def zero_state(self, batch_size, dtype=tf.float32):
        self.seed = np.random.randint(2**31)
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, training=False):
        if not self.variational:
            self.seed = np.random.randint(2**31)
        rng = np.random.default_rng(self.seed)
        inputs = dropout(inputs, self.input_keep_prob, training, rng)
        output, state = self.cell(inputs, state)
        rng = np.random.default_rng(self.seed)
        return dropout(output, self.output_keep_prob, training, rng), state
