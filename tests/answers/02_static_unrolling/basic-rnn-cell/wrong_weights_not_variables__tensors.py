class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units
        self.kernel = None

    def zero_state(self, batch_size, dtype="float32"):
        return np.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        if self.kernel is None:
            self.kernel = tf.random.normal([inputs.shape[1], self.units])
            self.recurrent_kernel = tf.random.normal([self.units, self.units])
            self.bias = tf.zeros([self.units])
        output = tf.tanh(inputs @ self.kernel + state @ self.recurrent_kernel + self.bias)
        return output, output
