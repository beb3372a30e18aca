def beam_search(step, state, go, eos, width, max_length):
    """Top k by TensorFlow, on beams that are tensors."""
    state = tf.nest.map_structure(tf.convert_to_tensor, state)
    tokens, scores = tf.constant([[go]]), tf.zeros([1], tf.float64)
    for _ in range(max_length):
        logits, state = step(tokens[:, -1], state)
        log_probs = tf.nn.log_softmax(tf.cast(logits, tf.float64))
        vocabulary = log_probs.shape[1]
        done = tf.reduce_any(tokens == eos, axis=1, keepdims=True)
        only_eos = tf.where(tf.range(vocabulary) == eos, 0.0, -1e30)
        log_probs = tf.where(done, tf.cast(only_eos, tf.float64), log_probs)
        total = tf.reshape(scores[:, tf.newaxis] + log_probs, [-1])
        possible = int(tf.reduce_sum(tf.cast(total > -1e29, tf.int32)))
        scores, best = tf.math.top_k(total, k=min(width, possible))
        rows = best // vocabulary
        tokens = tf.concat([tf.gather(tokens, rows), (best % vocabulary)[:, tf.newaxis]], axis=1)
        state = tf.nest.map_structure(lambda part: tf.gather(part, rows), state)
    results = []
    for row, score in zip(tokens.numpy().tolist(), scores.numpy().tolist()):
        ids = row[1:]
        results.append((ids[: ids.index(eos)] if eos in ids else ids, score))
    return results
