class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell = cell
        self.dense = tf.keras.layers.Dense(output_size)
        self.output_size = output_size
        self.state_size = cell.state_size

    def zero_state(self, batch_size):
        return self.cell.zero_state(batch_size)

    def __call__(self, inputs, state):
        output, state = self.cell(inputs, state)
        return self.dense(output), state
