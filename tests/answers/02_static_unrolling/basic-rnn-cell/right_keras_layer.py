class BasicRNNCell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = units
        self.output_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.recurrent = self.add_weight(shape=(self.units, self.units), initializer="orthogonal")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def zero_state(self, batch_size, dtype="float32"):
        return np.zeros((batch_size, self.units), dtype)

    def call(self, inputs, state):
        output = tf.tanh(inputs @ self.kernel + state @ self.recurrent + self.bias)
        return output, output
