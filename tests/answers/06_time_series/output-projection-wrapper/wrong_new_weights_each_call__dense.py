class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell, self.output_size, self.state_size = cell, output_size, cell.state_size
        self.zero_state = cell.zero_state

    def __call__(self, inputs, state):
        output, state = self.cell(inputs, state)
        return tf.keras.layers.Dense(self.output_size)(output), state
