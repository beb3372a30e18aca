class NestedCell(keras.layers.Layer):
    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        self.units = unit_1, unit_2, unit_3

    def build(self, inputs_shape, states_shape):
        (_, i1), (_, i2, i3) = inputs_shape
        self.kernel_1 = tf.constant(np.random.normal(size=[i1, self.units[0]]), tf.float32)
        shape = [i2, i3, *self.units[1:]]
        self.kernel_2 = tf.constant(np.random.normal(size=shape), tf.float32)

    def call(self, inputs, states):
        (a, b), (s1, s2) = inputs, states
        s1 = tf.tanh(s1 + a @ self.kernel_1)
        s2 = tf.tanh(s2 + tf.einsum("bij,ijkl->bkl", b, self.kernel_2))
        return (s1, s2), (s1, s2)
