class BasicRNNCell:
    """Weights stored as [units, inputs]; a random bias."""

    def __init__(self, units):
        self.units = self.output_size = self.state_size = int(units)
        self._made = False

    def zero_state(self, batch_size, dtype=tf.dtypes.float32):
        return tf.fill([batch_size, self.units], tf.cast(0, dtype))

    def _make(self, n_inputs):
        self.A = tf.Variable(np.random.randn(self.units, n_inputs).astype(np.float32))
        self.B = tf.Variable(np.random.randn(self.units, self.units).astype(np.float32))
        self.c = tf.Variable(np.random.randn(self.units, 1).astype(np.float32))
        self._made = True

    def __call__(self, inputs, state):
        if not self._made:
            self._make(inputs.shape[1])
        columns = tf.matmul(self.A, inputs, transpose_b=True)
        columns += tf.matmul(self.B, state, transpose_b=True) + self.c
        output = tf.transpose(tf.tanh(columns))
        return output, output
