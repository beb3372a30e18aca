class OutputProjectionWrapper(tf.Module):
    def __init__(self, cell, output_size):
        super().__init__()
        self.cell = cell
        self.units = self.output_size = output_size
        self.kernel = None

    @property
    def state_size(self):
        return self.cell.state_size

    def zero_state(self, *args, **kwargs):
        return self.cell.zero_state(*args, **kwargs)

    def __call__(self, inputs, state):
        output, state = self.cell(inputs, state)
        if self.kernel is None:
            self.kernel = tf.Variable(tf.zeros([output.shape[-1], self.output_size]))
            self.bias = tf.Variable(tf.zeros(self.output_size))
        return tf.nn.bias_add(output @ self.kernel, self.bias), state
