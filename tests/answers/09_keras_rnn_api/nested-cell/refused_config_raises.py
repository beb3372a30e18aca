@keras.saving.register_keras_serializable("mine")
class NestedCell(keras.layers.Layer):
    def __init__(self, unit_1, unit_2, unit_3, **kwargs):
        super().__init__(**kwargs)
        self.unit_1, self.unit_2, self.unit_3 = unit_1, unit_2, unit_3
        self.for_vector = keras.layers.Dense(unit_1, use_bias=False)
        self.for_matrix = keras.layers.Dense(unit_2 * unit_3)
        self.mixed = keras.layers.Dense(3)

    def build(self, inputs_shape, states_shape):
        (_, i1), (_, i2, i3) = inputs_shape
        self.for_vector.build((None, i1 + self.unit_1))
        self.for_matrix.build((None, i2 * i3 + self.unit_2 * self.unit_3))
        self.mixed.build((None, self.unit_1 + self.unit_2 * self.unit_3))

    def call(self, inputs, states):
        (a, b), (s1, s2) = inputs, states
        s1 = keras.ops.tanh(self.for_vector(keras.ops.concatenate([a, s1], axis=1)))
        b, flat = (keras.ops.reshape(m, (-1, m.shape[1] * m.shape[2])) for m in (b, s2))
        flat = keras.ops.tanh(self.for_matrix(keras.ops.concatenate([b, flat], axis=1)))
        s2 = keras.ops.reshape(flat, (-1, self.unit_2, self.unit_3))
        return self.mixed(keras.ops.concatenate([s1, flat], axis=1)), (s1, s2)

    def get_config(self):
        units = {"unit_1": self.unit_1, "unit_2": self.unit_2, "unit_3": self.unit_3}
        return super().get_config() | self
