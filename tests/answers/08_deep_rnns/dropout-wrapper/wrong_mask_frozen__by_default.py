class DropoutWrapper:
    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0, variational=True):
        self.cell, self.variational = cell, variational
        self.keep = input_keep_prob, output_keep_prob
        self.rng = np.random.default_rng()
        self.masks = [None, None]

    @property
    def state_size(self):
        return self.cell.state_size

    @property
    def output_size(self):
        return self.cell.output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        self.masks = [None, None]
        return self.cell.zero_state(batch_size)

    def drop(self, x, which):
        if self.masks[which] is None or not self.variational:
            mask = self.rng.random(np.shape(x)) < self.keep[which]
            self.masks[which] = mask / self.keep[which]
        return np.asarray(x) * self.masks[which]

    def __call__(self, inputs, state, training=False):
        if not training:
            return self.cell(inputs, state)
        output, state = self.cell(self.drop(inputs, 0).astype(np.float32), state)
        return self.drop(output, 1), state
