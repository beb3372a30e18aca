class MultiRNNCell(tf.Module):
    def __init__(self, cells):
        super().__init__()
        self.layers = list(cells)

    @property
    def state_size(self):
        return tuple(layer.state_size for layer in self.layers)

    @property
    def output_size(self):
        return self.layers[-1].output_size

    @property
    def units(self):
        return self.layers[-1].units

    def zero_state(self, batch_size, dtype=tf.float32):
        return tuple(layer.zero_state(batch_size, dtype) for layer in self.layers)

    def __call__(self, inputs, state, training=False):
        output = inputs
        states = ()
        for layer, layer_state in zip(self.layers, state, strict=True):
            output, new = layer(output, layer_state)
            states += (new,)
        return output, states
