class MultiRNNCell:
    def __init__(self, cells):
        self.cells = cells
        self.state_size = tuple(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(cell.zero_state(batch_size, dtype) for cell in self.cells)

    def __call__(self, inputs, state):
        new_states = []
        for cell, layer_state in zip(self.cells, state):
            inputs, new_state = cell(inputs, layer_state)
            new_states.append(new_state)
        return inputs, (*new_states[:-1], state[-1])
