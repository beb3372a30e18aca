import numpy as np


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = np.sum(center * true_w, axis=1) + true_b
    noise = center @ noise_w.T + noise_b
    return np.mean(np.logaddexp(0, -true) + np.logaddexp(0, noise).sum(axis=1))
