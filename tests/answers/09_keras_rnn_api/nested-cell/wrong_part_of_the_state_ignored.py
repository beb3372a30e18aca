class NestedCell(keras.layers.Layer):
    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        self.units = unit_1, unit_2, unit_3

    def build(self, inputs_shape, states_shape):
        (_, i1), (_, i2, i3) = inputs_shape
        self.kernel_1 = self.add_weight((i1, self.units[0]))
        self.kernel_2 = self.add_weight((i2, i3, *self.units[1:]))

    def call(self, inputs, states):
        (a, b), (s1, s2) = inputs, states
        from_a = a @ self.kernel_1
        from_b = tf.einsum("bij,ijkl->bkl", b, self.kernel_2)
        new_1, new_2 = tf.tanh(s1 + from_a), tf.tanh(s2 + from_b)
        return new_1, (new_1, new_2)
