@tf.function
def label_steps(outputs, weight, bias):
    logits = []
    for t in range(outputs.shape[1]):
        logits.append(outputs[:, t] @ weight + bias)
    return tf.stack(logits, axis=1)
