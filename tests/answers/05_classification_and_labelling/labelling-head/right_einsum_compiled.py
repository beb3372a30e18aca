@tf.function
def label_steps(outputs, weight, bias):
    return tf.einsum("btu,uk->btk", outputs, weight) + bias
