@tf.function(reduce_retracing=True)
def project_outputs(outputs, weight, bias):
    result = tf.TensorArray(tf.float32, tf.shape(outputs)[1])
    for t in tf.range(tf.shape(outputs)[1]):
        result = result.write(t, outputs[:, t] @ weight + bias)
    return tf.transpose(result.stack(), [1, 0, 2])
