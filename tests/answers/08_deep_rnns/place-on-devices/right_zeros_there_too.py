class DeviceWrapper(tf.Module):
    def __init__(self, cell, device):
        super().__init__()
        self.cell, self.device = cell, device

    @property
    def state_size(self):
        return self.cell.state_size

    @property
    def output_size(self):
        return self.cell.output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        with tf.device(self.device):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, training=False):
        with tf.device(self.device):
            output, new_state = self.cell(inputs, state)
        return output, new_state
