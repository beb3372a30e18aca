class BasicRNNCell:
    def __init__(self, units):
        self.units = self.state_size = self.output_size = units
        self.dense = tf.keras.layers.Dense(units, activation="tanh", use_bias=False)

    def zero_state(self, batch_size, dtype=tf.float32):
        return tf.zeros([batch_size, self.units], dtype)

    def __call__(self, inputs, state):
        h = self.dense(tf.concat([inputs, state], axis=1))
        return h, h
