class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        from_inputs = tf.keras.layers.Dense(self.units)(inputs)
        from_state = tf.keras.layers.Dense(self.units, use_bias=False)(state)
        output = tf.tanh(from_inputs + from_state)
        return output, output
