def greedy_decode(step, state, go, eos, max_length):
    arrays = tf.nest.map_structure(tf.convert_to_tensor, state)
    rows = np.arange(len(tf.nest.flatten(arrays)[0]))
    sentences = [[] for _ in rows]
    token_ids = np.full(len(rows), go)
    for _ in range(max_length):
        if len(rows) == 0:
            break
        logits, arrays = step(token_ids, arrays)
        token_ids = np.argmax(logits, axis=-1)
        keep = np.flatnonzero(token_ids != eos)
        rows, token_ids = rows[keep], token_ids[keep]
        arrays = tf.nest.map_structure(lambda part: tf.gather(part, keep), arrays)
        for row, token in zip(rows, token_ids):
            sentences[row].append(token)
    return sentences
