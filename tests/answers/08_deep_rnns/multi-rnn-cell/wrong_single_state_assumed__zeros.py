class MultiRNNCell:
    def __init__(self, cells):
        self.cells = cells
        self.state_size = tuple(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(tf.zeros([batch_size, s], dtype) for s in self.state_size)

    def __call__(self, inputs, state):
        new_states = []
        for cell, s in zip(self.cells, state):
            inputs, new = cell(inputs, s)
            new_states.append(new)
        return inputs, tuple(new_states)
