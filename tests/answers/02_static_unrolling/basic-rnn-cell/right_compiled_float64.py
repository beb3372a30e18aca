class BasicRNNCell(tf.Module):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = tf.TensorShape([units])
        self.output_size = tf.TensorShape([units])
        self.variables_made = False

    def zero_state(self, batch_size, dtype=tf.float64):
        return tf.zeros([batch_size, self.units], dtype)

    @tf.function
    def __call__(self, inputs, state):
        inputs = tf.cast(inputs, tf.float64)
        state = tf.cast(state, tf.float64)
        if not self.variables_made:
            n, m = inputs.shape[1], self.units
            self.Wx = tf.Variable(tf.random.normal([n, m], stddev=0.1, dtype=tf.float64))
            self.Wh = tf.Variable(tf.random.normal([m, m], stddev=0.1, dtype=tf.float64))
            self.b = tf.Variable(tf.zeros([m], tf.float64))
            self.variables_made = True
        h = tf.math.tanh(tf.linalg.matmul(inputs, self.Wx) + state @ self.Wh + self.b)
        return h, h
