def project_outputs(outputs, weight, bias):
    size = int(outputs.shape[0]) * int(outputs.shape[1])
    rows = tf.matmul(tf.reshape(outputs, (size, -1)), weight)
    rows = rows + bias

    return tf.reshape(rows, (*outputs.shape[:2], rows.shape[-1])).numpy().tolist()
