def greedy_decode(step, state, go, eos, max_length):
    token_ids = tf.fill([tf.shape(tf.nest.flatten(state)[0])[0]], go)
    steps = []
    for _ in range(max_length):
        logits, state = step(token_ids, state)
        token_ids = tf.argmax(logits, axis=1, output_type=tf.int32)
        steps.append(token_ids)
    rows = tf.stack(steps, axis=1).numpy().tolist()
    return [row[: row.index(eos)] if eos in row else row for row in rows]
