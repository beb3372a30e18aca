class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.cell, self.variational = cell, variational
        self.keeps = {"inputs": input_keep_prob, "outputs": output_keep_prob}
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        self.masks = {}  # the only place where they begin
        return self.cell.zero_state(batch_size, dtype)

    def drop(self, name, values):
        if not self.variational:
            self.masks.pop(name, None)
        if name not in self.masks:
            draws = tf.random.uniform(tf.shape(values))
            self.masks[name] = tf.cast(draws < self.keeps[name], tf.float32) / self.keeps[name]
        return values * self.masks[name]

    def __call__(self, inputs, state, training=False):
        if not training:
            return self.cell(inputs, state)
        output, new_state = self.cell(self.drop("inputs", inputs), state)
        return self.drop("outputs", output), new_state
