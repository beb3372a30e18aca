class DropoutWrapper(tf.Module):
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        super().__init__()
        self.cell = cell
        self.rates = {"in": 1 - input_keep_prob, "out": 1 - output_keep_prob}
        self.variational = variational
        self.state_size = cell.state_size
        self.output_size = cell.output_size
        self.draw_seeds()

    def draw_seeds(self):
        self.seeds = {name: tf.random.uniform([2], 0, 2**30, tf.int32) for name in ("in", "out")}

    def zero_state(self, batch_size, dtype=tf.float32):
        self.draw_seeds()
        return self.cell.zero_state(batch_size, dtype)

    def drop(self, x, name):
        if self.variational:
            return x
        return tf.nn.dropout(x, self.rates[name])

    def __call__(self, inputs, state, training=False):
        if training:
            inputs = self.drop(inputs, "in")
        output, state = self.cell(inputs, state)
        return (self.drop(output, "out") if training else output), state
