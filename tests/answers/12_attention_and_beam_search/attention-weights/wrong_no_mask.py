def attention_weights(scores, source_length):
    return tf.nn.softmax(scores)
