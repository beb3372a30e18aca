class NestedCell(keras.layers.Layer):
    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        self.unit_1, self.unit_2, self.unit_3 = unit_1, unit_2, unit_3

    def build(self, inputs_shape, states_shape):
        (_, n1), (_, i, j) = inputs_shape
        self.k1 = self.add_weight(shape=(n1, self.unit_1), name="k1")
        self.k2 = self.add_weight(shape=(i, j, self.unit_2, self.unit_3), name="k2")

    def call(self, inputs, states):
        a, b = inputs
        s1, s2 = states
        s1 = tf.tanh(s1 + a @ self.k1)
        s2 = tf.tanh(s2 + tf.einsum("bij,ijkl->bkl", b, self.k2))
        return s1, (s1, s2)
