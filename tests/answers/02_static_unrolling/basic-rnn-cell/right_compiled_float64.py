class BasicRNNCell(tf.Module):
    """Computes in float64, and gives back what came in."""

    def __init__(self, units):
        super().__init__()
        self.units = self.state_size = self.output_size = units
        self.variables_made = False

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    @tf.function
    def __call__(self, inputs, state):
        x, h = tf.cast(inputs, tf.float64), tf.cast(state, tf.float64)
        if not self.variables_made:
            n, m = inputs.shape[1], self.units
            self.Wx = tf.Variable(tf.random.normal([n, m], stddev=0.1, dtype=tf.float64))
            self.Wh = tf.Variable(tf.random.normal([m, m], stddev=0.1, dtype=tf.float64))
            self.b = tf.Variable(tf.zeros([m], tf.float64))
            self.variables_made = True
        new = tf.math.tanh(tf.linalg.matmul(x, self.Wx) + h @ self.Wh + self.b)
        new = tf.cast(new, state.dtype)
        return new, new
