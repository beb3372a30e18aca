class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell, self.output_size, self.state_size = cell, output_size, cell.state_size

    def zero_state(self, batch_size):
        return self.cell.zero_state(batch_size)

    def __call__(self, inputs, state):
        output, state = self.cell(inputs, state)
        weight = tf.Variable(tf.random.normal([output.shape[1], self.output_size]))
        bias = tf.Variable(tf.zeros([self.output_size]))
        return output @ weight + bias, state
