class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.kernel = None

    @property
    def state_size(self):
        return self.units

    @property
    def output_size(self):
        return self.units

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros((batch_size, self.units), dtype)

    def build(self, features):
        initializer = tf.keras.initializers.GlorotUniform()
        self.kernel = tf.Variable(initializer((features, self.units)))
        self.recurrent_kernel = tf.Variable(initializer((self.units, self.units)))
        self.bias = tf.Variable(tf.zeros((1, self.units)))

    def __call__(self, inputs, state):
        if self.kernel is None:
            self.build(inputs.shape[-1])
        new_state = tf.tanh(
            tf.matmul(inputs, self.kernel) + tf.matmul(state, self.recurrent_kernel) + self.bias
        )
        return new_state, new_state
