class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.cell, self.variational = cell, variational
        self.input_keep_prob, self.output_keep_prob = input_keep_prob, output_keep_prob
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.noise = None

    def zero_state(self, batch_size, dtype=tf.float32):
        self.noise = None
        return self.cell.zero_state(batch_size, dtype)

    def drop(self, x, keep_prob):
        return x * tf.cast(self.noise < keep_prob, tf.float32) / keep_prob

    def __call__(self, inputs, state, training=False):
        if not training:
            return self.cell(inputs, state)
        if self.noise is None or not self.variational:
            self.noise = tf.random.uniform(tf.shape(inputs))
        output, state = self.cell(self.drop(inputs, self.input_keep_prob), state)
        return self.drop(output, self.output_keep_prob), state
