class MultiRNNCell:
    def __init__(self, cells):
        self.cells = cells
        self.state_size = [cell.state_size for cell in cells]
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return [cell.zero_state(batch_size) for cell in self.cells]

    def __call__(self, inputs, state):
        new_states = list(state)
        for i in range(len(self.cells)):
            inputs, new_states[i] = self.cells[i](inputs, state[i])
        return inputs, new_states
