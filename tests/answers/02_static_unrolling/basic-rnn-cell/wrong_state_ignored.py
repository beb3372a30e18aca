class BasicRNNCell:
    def __init__(self, units):
        self.units = self.state_size = self.output_size = units
        self.dense = tf.keras.layers.Dense(units, activation="tanh")

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        output = self.dense(inputs)
        return output, output
