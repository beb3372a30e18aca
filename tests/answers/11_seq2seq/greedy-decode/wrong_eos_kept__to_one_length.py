import numpy as np
import tensorflow as tf


def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0])
    tokens = np.full(n, go)
    sentences = [[] for _ in range(n)]
    done = np.zeros(n, bool)
    for _ in range(max_length):
        logits, state = step(tokens, state)
        tokens = np.argmax(logits, axis=1)
        done |= tokens == eos
        if done.all():
            break
        for i in range(n):
            if not done[i]:
                sentences[i].append(int(tokens[i]))
    return np.array([s + [eos] * (max_length - len(s)) for s in sentences])
