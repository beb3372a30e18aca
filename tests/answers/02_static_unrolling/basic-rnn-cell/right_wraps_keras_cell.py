class BasicRNNCell:
    def __init__(self, units):
        self.cell = tf.keras.layers.SimpleRNNCell(units)
        self.units = self.cell.units
        self.state_size = self.cell.state_size
        self.output_size = self.cell.output_size

    def zero_state(self, batch_size, dtype="float32"):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        output, states = self.cell(inputs, [state])
        return output, states[0]
