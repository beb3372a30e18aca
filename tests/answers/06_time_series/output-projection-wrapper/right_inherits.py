class OutputProjectionWrapper(tf.keras.layers.Layer):
    def __init__(self, cell, output_size):
        super().__init__()
        self.cell = cell
        self.units = cell.units
        self.state_size = cell.state_size
        self.output_size = output_size
        self.w = self.add_weight(shape=(cell.output_size, output_size))
        self.b = self.add_weight(shape=(output_size,), initializer="zeros")

    def zero_state(self, batch_size):
        return self.cell.zero_state(batch_size)

    def call(self, inputs, state):
        output, new_state = self.cell(inputs, state)
        return output @ self.w + self.b, new_state
