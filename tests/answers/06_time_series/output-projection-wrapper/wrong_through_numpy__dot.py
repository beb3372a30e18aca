class OutputProjectionWrapper:
    def __init__(self, cell, output_size):
        self.cell, self.output_size = cell, output_size
        self.state_size = cell.state_size
        self.weight = tf.Variable(tf.random.normal([cell.output_size, output_size]))
        self.bias = tf.Variable(tf.zeros([output_size]))

    def zero_state(self, batch_size, dtype=tf.float32):
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state):
        output, state = self.cell(inputs, state)
        return tf.constant(np.dot(output, self.weight)) + self.bias, state
