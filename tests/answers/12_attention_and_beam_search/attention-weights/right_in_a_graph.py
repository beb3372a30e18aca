@tf.function(reduce_retracing=True)
def attention_weights(scores, source_length):
    time = tf.range(tf.shape(scores)[1])
    masked = tf.where(time < source_length[:, tf.newaxis], scores, scores.dtype.min)
    return tf.nn.softmax(masked)
