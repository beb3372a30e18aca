class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell, self.output_size = cell, output_size
        self.state_size = cell.state_size
        self.weight = tf.Variable(tf.random.normal([cell.output_size, output_size]))
        self.bias = tf.Variable(tf.zeros([output_size]))

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.state_size])

    def __call__(self, inputs, state):
        output, new_state = self.cell(inputs, state)
        return output @ self.weight + self.bias, new_state
