class BasicRNNCell:
    def __init__(self, units):
        self.units = self.state_size = self.output_size = units
        self.b = tf.Variable(tf.zeros([units]))
        self.Wx = None

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        if self.Wx is None:
            self.Wx = tf.Variable(tf.random.normal([inputs.shape[1], self.units]))
            self.Wh = tf.Variable(tf.random.normal([self.units, self.units]))
        h = tf.tanh(inputs @ self.Wx + state @ self.Wh)
        return h, h
