class _Heeding:
    """A cell whose state has the time as a further part."""

    def __init__(self, cell, sequence_length):
        self.cell, self.sequence_length = cell, sequence_length
        self.output_size = cell.output_size

    def __call__(self, inputs, state):
        t, old = state
        output, new = self.cell(inputs, old)
        real = (t < self.sequence_length)[:, tf.newaxis]
        kept = tf.nest.map_structure(lambda a, b: tf.where(real, a, b), new, old)
        return tf.where(real, output, tf.zeros_like(output)), (t + 1, kept)


def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    outputs, (_, state) = dynamic_rnn(
        _Heeding(cell, sequence_length), inputs, (tf.constant(0), state)
    )
    return outputs, state
