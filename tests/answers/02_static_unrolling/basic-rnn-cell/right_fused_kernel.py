class BasicRNNCell(tf.Module):
    """One matrix for [inputs, state]."""

    def __init__(self, units):
        super().__init__()
        self.units = self.state_size = self.output_size = units
        self.w = None

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        xh = tf.concat([inputs, state], axis=1)
        if self.w is None:
            self.w = tf.Variable(tf.random.uniform([xh.shape[1], self.units], -0.5, 0.5))
            self.b = tf.Variable(tf.random.uniform([self.units]))
        h = tf.nn.tanh(tf.nn.bias_add(tf.matmul(xh, self.w), self.b))
        return h, h
