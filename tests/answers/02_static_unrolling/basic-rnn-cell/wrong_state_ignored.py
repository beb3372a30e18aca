class BasicRNNCell:
    def __init__(self, units):
        self.units = self.state_size = self.output_size = units
        self.dense = tf.keras.layers.Dense(units, activation="tanh")

    def zero_state(self, batch_size):
        return tf.zeros([batch_size, self.units])

    def __call__(self, inputs, state):
        output = self.dense(inputs)
        return output, output
