import numpy as np
import tensorflow as tf


def draw(logits):
    p = np.exp(logits - logits.max())
    return np.random.choice(len(p), p=p / p.sum())


def greedy_decode(step, state, go, eos, max_length):
    tokens = np.full(len(tf.nest.flatten(state)[0]), go, np.int32)
    columns = []
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = np.array([draw(row) for row in np.asarray(logits, np.float64)], np.int32)
        columns.append(tokens)
    rows = np.stack(columns, axis=1)
    cut = [row[: list(row).index(eos)] if eos in row else row for row in rows]
    return [list(row) for row in cut]
