def label_steps(outputs, weight, bias):
    return tf.einsum("btu,uc->btc", outputs, weight) + bias
