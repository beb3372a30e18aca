class BasicRNNCell:
    def __init__(self, units):
        self.units = self.state_size = self.output_size = units
        self.kernel = None

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.ones([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        if self.kernel is None:
            self.kernel = tf.Variable(tf.random.normal([inputs.shape[1], self.units]))
            self.recurrent_kernel = tf.Variable(tf.random.normal([self.units, self.units]))
            self.bias = tf.Variable(tf.zeros([self.units]))
        new_state = tf.tanh(inputs @ self.kernel + state @ self.recurrent_kernel + self.bias)
        return new_state, new_state
