class DeviceWrapper:
    def __init__(self, cell, device):
        self.cell, self.device = cell, device
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def zero_state(self, batch_size, dtype=tf.float32):
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state):
        if not getattr(self, "built", False):
            self.built = True
            with tf.device(self.device):
                return self.cell(inputs, state)
        return self.cell(inputs, state)
