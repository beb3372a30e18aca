@tf.function(reduce_retracing=True)
def project_outputs(outputs, weight, bias):
    shape = tf.shape(outputs)
    rows = tf.reshape(outputs, [-1, shape[2]]) @ weight + bias
    return tf.reshape(rows, [shape[0], shape[1], -1])
