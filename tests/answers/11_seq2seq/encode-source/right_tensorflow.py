def encode_source(words, word_to_id, length):
    ids = tf.constant([word_to_id.get(word, 1) for word in words[:length]], tf.int32)
    return tf.reverse(tf.pad(ids, [[0, length - len(ids)]]), axis=[0])
