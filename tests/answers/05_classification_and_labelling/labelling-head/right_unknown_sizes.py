@tf.function(reduce_retracing=True)
def label_steps(outputs, weight, bias):
    sizes = tf.shape(outputs)
    flat = tf.reshape(outputs, [sizes[0] * sizes[1], sizes[2]])
    logits = tf.nn.bias_add(tf.matmul(flat, weight), bias)
    return tf.reshape(logits, [sizes[0], sizes[1], tf.shape(weight)[1]])
