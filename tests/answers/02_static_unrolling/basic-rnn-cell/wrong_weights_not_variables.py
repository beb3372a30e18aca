class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units
        self.kernel = None

    def zero_state(self, batch_size, dtype="float32"):
        return np.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        if self.kernel is None:
            self.kernel = np.random.randn(inputs.shape[1], self.units).astype(np.float32)
            self.recurrent_kernel = np.random.randn(self.units, self.units).astype(np.float32)
            self.bias = np.zeros(self.units, np.float32)
        output = np.tanh(inputs @ self.kernel + state @ self.recurrent_kernel + self.bias)
        return output, output
