class BasicRNNCell:
    """TensorFlow variables, NumPy arithmetic."""

    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units
        self.weights = []

    def zero_state(self, batch_size, dtype="float32"):
        return np.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        if not self.weights:
            rng = np.random.default_rng(0)
            shapes = [(inputs.shape[1], self.units), (self.units, self.units), (1, self.units)]
            self.weights = [tf.Variable(rng.normal(size=s).astype("float32")) for s in shapes]
        Wx, Wh, b = (w.numpy() for w in self.weights)
        output = np.tanh(np.dot(inputs, Wx) + np.dot(state, Wh) + b)
        return [output, output.copy()]
