class NestedCell(keras.layers.Layer):
    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        self.units = unit_1, unit_2, unit_3

    def call(self, inputs, states):
        (a, b), (s1, s2) = inputs, states
        kernel_1 = tf.random.normal([a.shape[1], self.units[0]])
        kernel_2 = tf.random.normal([*b.shape[1:], *self.units[1:]])
        s1 = tf.tanh(s1 + a @ kernel_1)
        s2 = tf.tanh(s2 + tf.einsum("bij,ijkl->bkl", b, kernel_2))
        return (s1, s2), (s1, s2)
