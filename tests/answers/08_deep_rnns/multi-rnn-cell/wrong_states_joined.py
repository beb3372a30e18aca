class MultiRNNCell:
    def __init__(self, cells):
        self.cells = cells
        self.state_size = sum(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.state_size], dtype)

    def __call__(self, inputs, state):
        sizes = [cell.state_size for cell in self.cells]
        new_states = []
        for cell, old in zip(self.cells, tf.split(state, sizes, axis=1)):
            inputs, new = cell(inputs, old)
            new_states.append(new)
        return inputs, tf.concat(new_states, axis=1)
