import numpy as np
import tensorflow as tf


def greedy_decode(step, state, go, eos, max_length):
    tokens = np.full(len(tf.nest.flatten(state)[0]), go, np.int32)
    columns = []
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = np.asarray(logits).argmax(axis=1).astype(np.int32)
        columns.append(tokens)
    rows = np.stack(columns, axis=1)
    cut = [row[: list(row).index(eos)] if eos in row else row for row in rows]
    return cut
