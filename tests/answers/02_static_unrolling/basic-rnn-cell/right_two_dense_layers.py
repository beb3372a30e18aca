class BasicRNNCell:
    def __init__(self, units):
        self.units, self.state_size, self.output_size = units, units, units
        self.from_inputs = tf.keras.layers.Dense(units)
        self.from_state = tf.keras.layers.Dense(units, use_bias=False)

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        output = tf.tanh(self.from_inputs(inputs) + self.from_state(state))
        return output, output
