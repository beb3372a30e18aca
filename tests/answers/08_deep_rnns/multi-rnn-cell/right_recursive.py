class MultiRNNCell:
    def __init__(self, cells):
        self.bottom, self.rest = cells[0], MultiRNNCell(cells[1:]) if len(cells) > 1 else None
        self.state_size = tuple(cell.state_size for cell in cells)
        self.output_size = cells[-1].output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        above = self.rest.zero_state(batch_size, dtype) if self.rest else ()
        return (self.bottom.zero_state(batch_size, dtype), *above)

    def __call__(self, inputs, state):
        output, bottom = self.bottom(inputs, state[0])
        if self.rest is None:
            return output, (bottom,)
        output, above = self.rest(output, state[1:])
        return output, (bottom, *above)
