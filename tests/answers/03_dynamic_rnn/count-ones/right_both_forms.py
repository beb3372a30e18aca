def draw_both(step):
    parts = zip(draw_ones(step), draw_bits(step), strict=True)
    return [np.concatenate(part) for part in parts]



counter, _, update = new_network(3, draw_both)
for step in range(400):
    update(step)


def predict_count(inputs, sequence_length):
    return tf.argmax(counter(inputs, sequence_length), axis=1)
