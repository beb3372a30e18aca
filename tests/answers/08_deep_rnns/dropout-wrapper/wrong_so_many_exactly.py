def draw(shape, keep_prob):
    rows, width = shape
    kept = round(keep_prob * width)
    order = np.random.random((rows, width)).argsort(axis=1)
    return tf.cast(order < kept, tf.float32) / keep_prob


class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=False):
        self.cell = cell
        self.input_keep_prob, self.output_keep_prob = input_keep_prob, output_keep_prob
        self.variational = variational
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.masks = {}

    def zero_state(self, batch_size, dtype=tf.float32):
        self.masks = {}
        return self.cell.zero_state(batch_size, dtype)

    def mask(self, name, shape, keep_prob):
        if not self.variational:
            return draw(shape, keep_prob)
        if name not in self.masks:
            self.masks[name] = draw(shape, keep_prob)
        return self.masks[name]

    def __call__(self, inputs, state, training=False):
        if training:
            inputs = inputs * self.mask("inputs", inputs.shape, self.input_keep_prob)
        output, new_state = self.cell(inputs, state)
        if training:
            output = output * self.mask("output", output.shape, self.output_keep_prob)
        return output, new_state
