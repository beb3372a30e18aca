class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell, self.output_size, self.state_size = cell, output_size, cell.state_size
        self.zero_state = cell.zero_state
        self.dense = tf.keras.layers.Dense(output_size)

    def __call__(self, inputs, state):
        output, new_state = self.cell(inputs, state)
        return self.dense(tf.concat(tf.nest.flatten(new_state), axis=1)), new_state
