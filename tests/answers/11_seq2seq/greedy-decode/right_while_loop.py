def greedy_decode(step, state, go, eos, max_length):
    n = tf.shape(tf.nest.flatten(state)[0])[0]

    def body(t, tokens, token_ids, state, done):
        logits, state = step(token_ids, state)
        token_ids = tf.where(done, eos, tf.argmax(logits, axis=1, output_type=tf.int32))
        return t + 1, tokens.write(t, token_ids), token_ids, state, done | (token_ids == eos)

    tokens = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    start = (0, tokens, tf.fill([n], go), state, tf.zeros([n], tf.bool))
    more = lambda t, tokens, token_ids, state, done: (t < max_length) & ~tf.reduce_all(done)
    rows = tf.transpose(tf.while_loop(more, body, start)[1].stack()).numpy()
    return [[i for i in row if i != eos] for row in rows.tolist()]
