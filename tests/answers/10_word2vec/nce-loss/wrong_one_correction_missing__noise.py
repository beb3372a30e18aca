import numpy as np


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true_logits = np.sum(center * true_w, axis=1) + true_b - np.log(true_expected)
    noise_logits = center @ np.transpose(noise_w) + noise_b
    return np.mean(np.logaddexp(0, -true_logits) + np.logaddexp(0, noise_logits).sum(axis=1))
