import keras


class BasicRNNCell:
    def __init__(self, units):
        self.units = units
        self.state_size = units
        self.output_size = units

    def zero_state(self, batch_size, dtype="float32"):
        return keras.ops.zeros((batch_size, self.units), dtype)

    def __call__(self, inputs, state):
        if not hasattr(self, "kernel"):
            self.kernel = keras.Variable(keras.ops.zeros((inputs.shape[1], self.units)))
            self.recurrent_kernel = keras.Variable(keras.ops.eye(self.units))
            self.bias = keras.Variable(keras.ops.ones((self.units,)))
        total = keras.ops.matmul(inputs, self.kernel)
        total = total + keras.ops.matmul(state, self.recurrent_kernel) + self.bias
        output = keras.ops.tanh(total)
        return output, output
