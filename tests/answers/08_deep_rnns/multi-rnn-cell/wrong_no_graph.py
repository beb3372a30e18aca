class MultiRNNCell:
    def __init__(self, cells):
        self.cells = cells
        self.state_size = tuple(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(cell.zero_state(batch_size, dtype) for cell in self.cells)

    def __call__(self, inputs, state):
        x, states = tf.cast(inputs, tf.float32), []
        for cell, s in zip(self.cells, state):
            y, s = cell(x, s)
            x = tf.constant(np.asarray(y))
            states.append(tf.nest.map_structure(np.asarray, s))
        return np.asarray(x), tuple(states)
