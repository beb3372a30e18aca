class BasicRNNCell(tf.Module):
    def __init__(self, units):
        super().__init__()
        self.units = self.state_size = self.output_size = units
        self.kernel = None
    def zero_state(self):
        return tf.zeros([4, self.units])
    def __call__(self, x, h):
        x = tf.convert_to_tensor(x)
        if self.kernel is None:
            self.kernel = tf.Variable(tf.random.normal([x.shape[1], self.units]))
            self.rec = tf.Variable(tf.random.normal([self.units, self.units]))
            self.bias = tf.Variable(tf.zeros([self.units]))
        h = tf.tanh(x @ self.kernel + h @ self.rec + self.bias)
        return h, h
