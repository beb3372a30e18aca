class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        Wx = tf.Variable(np.random.default_rng(1).normal(size=[inputs.shape[1], self.units]).astype('f'))
        Wh = tf.Variable(np.random.default_rng(2).normal(size=[self.units, self.units]).astype('f'))
        b = tf.Variable(tf.zeros([self.units]))
        output = tf.tanh(inputs @ Wx + state @ Wh + b)
        return output, output
